import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Probes } from "../../src/core/local.ts";
import { authority } from "../support/certificates.ts";
import { type Dns, dnsmasq, startDnsmasq } from "../support/dnsmasq.ts";
import { kamailio, type Peer, startKamailio } from "../support/kamailio.ts";
import { needs } from "../support/needs.ts";
import { check, startWorld, type World, wrong } from "./setup.ts";

const trusted = authority("Trusted");
const names = ["sip.example.test", "edge.example.test"];
const good = trusted.issue({ name: "sip.example.test", dns: names, toDay: 90 });
const expired = trusted.issue({ name: "sip.example.test", dns: names, fromDay: -90, toDay: -2 });

describe("a trunk whose peers are Kamailio, found by dnsmasq", needs({ kamailio, dnsmasq }), () => {
  let peer: Peer<"good" | "expired">;
  let dns: Dns;
  let world: World;
  let trunk_sid = "";
  beforeAll(async () => {
    peer = await startKamailio({ tls: { good, expired } });
    dns = await startDnsmasq(names.map((name) => `host-record=${name},127.0.0.1,45`));
  });
  afterEach(() => world?.close());
  afterAll(async () => {
    await peer?.stop();
    await dns?.stop();
  });

  async function start(port: number, more: Partial<Probes> = {}): Promise<void> {
    const gateways = [{ host: "edge.example.test", port: peer.tlsPorts.good, transport: "tls" as const }];
    const probes = { authorities: [trusted.cert], resolver: dns.resolver, control: { names: ["sip.example.test"] }, ...more };
    world = await startWorld({ zone: { a: {}, cname: {} }, gateways, probes });
    trunk_sid = (await world.call("exotel_create_trunk", { trunk_name: "healthy" })).value.trunk.trunk_id;
    await world.call("exotel_map_phone_number", { trunk_sid, phone_number: "+918044319240", mode: "pstn" });
    await world.call("exotel_whitelist_ip", { trunk_sid, ip: "44.248.146.11" });
    const destinations = [
      { destination: `sip.example.test:${port};transport=tls` },
      { destination: `sip.example.test:${peer.port};transport=tcp` },
    ];
    await world.call("exotel_add_destination_uris", { trunk_sid, destinations });
  }

  test("healthy: no fail, no warn, well within the time that a person waits", async () => {
    await start(peer.tlsPorts.good);
    const started = performance.now();
    const { findings, checks } = await check(world, { trunk_id: "healthy" });
    // The budget is 3 s; a machine that is busy with other tests gets more.
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(wrong(findings)).toEqual([]);
    expect(checks.filter((row) => row.startsWith("sip.options pass"))).toHaveLength(3);
    // Kamailio tells where the request came from, which is no address of the whitelist.
    expect(findings.find((row) => row.check === "acl.egress")).toMatchObject({
      status: "unknown",
      evidence: expect.stringContaining("127.0.0.1"),
    });
  });

  test("an expired certificate is named first", async () => {
    await start(peer.tlsPorts.expired);
    const { findings } = await check(world, { trunk_id: trunk_sid });
    expect(findings[0]).toMatchObject({
      check: "tls.expiry",
      status: "fail",
      peer: `sip.example.test:${peer.tlsPorts.expired};transport=tls`,
    });
  });

  test("a server that is gone is refused, and what needed it skipped", async () => {
    await start(peer.tlsPorts.good);
    await world.call("exotel_add_destination_uris", { trunk_sid, destinations: [{ destination: "sip.example.test:9;transport=tls" }] });
    const { findings, skipped } = await check(world, { trunk_id: trunk_sid });
    expect(findings[0]).toMatchObject({ check: "net.tcp", status: "fail" });
    expect(skipped).toEqual([expect.stringMatching(/^\d+ checks wait for net\.tcp of sip\.example\.test:9;transport=tls\.$/)]);
  });

  test("DNS that knows no name of the Internet is this machine's own want, and no fault of a destination", async () => {
    await start(peer.tlsPorts.good, { control: { names: ["example.com"] } });
    const gone = "sip.nowhere.test:5061;transport=tls";
    await world.call("exotel_add_destination_uris", { trunk_sid, destinations: [{ destination: gone }] });
    const { findings } = await check(world, { trunk_id: trunk_sid });
    expect(wrong(findings)).toEqual([]);
    expect(findings[0]).toMatchObject({ check: "machine.names", status: "unknown", evidence: expect.stringContaining("sip.nowhere.test") });
  });

  test("the gateway that answers is found", async () => {
    await start(peer.tlsPorts.good);
    const { value } = await world.call("find_gateway", { provider: "exotel", trunk_id: "healthy" });
    expect(value.best).toBe(`edge.example.test:${peer.tlsPorts.good};transport=tls`);
  });
});
