import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { closePeers, tcpPeer } from "../sip/peer.ts";
import { authority } from "../support/certificates.ts";
import { HOST, type Peers, startPeers, trusted } from "./peers.ts";
import { check, type GatewayAt, startWorld, type World, type WorldOptions, wrong } from "./setup.ts";

const EDGE = "edge.example.test";
const proxy = authority("Corporate Proxy");

let peers: Peers;
let world: World;
/** One port for each host, with a certificate that the proxy made for it; the proxy knows HTTP only. */
let intercepted: Record<string, number>;
beforeAll(async () => {
  peers = await startPeers();
  intercepted = Object.fromEntries(
    await Promise.all(
      [HOST, EDGE, "control.example.test"].map(async (name) => {
        const pair = proxy.issue({ name, dns: [name], toDay: 90 });
        const { port } = await tcpPeer((socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"), pair);
        return [name, port] as const;
      }),
    ),
  );
});
afterEach(() => world?.close());
afterAll(closePeers);

const at = (port = 0, host = HOST): GatewayAt => ({ host, port, transport: "tls" });
const uri = (port = 0, host = HOST) => `${host}:${port};transport=tls`;

async function start(destinations: string[], { probes, ...options }: Partial<WorldOptions> = {}): Promise<string> {
  const zone = { a: { [HOST]: [{ address: "127.0.0.1" }], [EDGE]: [{ address: "127.0.0.1" }] }, cname: {} };
  world = await startWorld({ zone, gateways: [at(peers.good)], probes: { authorities: [trusted.cert], ...probes }, ...options });
  const { trunk_id: trunk_sid } = (await world.call("exotel_create_trunk", { trunk_name: "healthy" })).value.trunk;
  await world.call("exotel_map_phone_number", { trunk_sid, phone_number: "+918044319240" });
  await world.call("exotel_add_destination_uris", { trunk_sid, destinations: destinations.map((destination) => ({ destination })) });
  return trunk_sid;
}

describe("a machine without public DNS", () => {
  test("is one unknown point, whatever the names, and no peer has a fault", async () => {
    const trunk_id = await start([uri(5061), uri(5061, "sip2.example.test"), uri(5061, "sip3.example.test")]);
    world.zone.dead = true;
    const { findings, skipped, passed, summary } = await check(world, { trunk_id, direction: "inbound" });
    expect(wrong(findings)).toEqual([]);
    const open = findings.filter(({ status }) => status === "unknown");
    expect(open).toMatchObject([{ check: "machine.names", direction: "all", title: "This machine cannot check names." }]);
    expect(open[0]?.evidence).toContain("sip3.example.test");
    expect(open[0]?.repair).toBeUndefined();
    expect(summary).toMatch(/^Nothing is wrong that can be seen from here/);
    expect(skipped).toEqual([]);
    expect(passed.some((sentence) => /resolves|records of its own/.test(sentence))).toBe(false);
  });

  test("finds no gateway, and says why", async () => {
    const trunk_id = await start([]);
    world.zone.dead = true;
    const { value } = await world.call("find_gateway", { provider: "exotel", trunk_id });
    expect(value.best).toBeUndefined();
    expect(value.verdict).toMatch(/^This machine cannot check names\./);
  });

  test("with DNS a name that does not exist is a fault, without a repair, and nothing is claimed of its records", async () => {
    const trunk_id = await start([uri(peers.good), uri(peers.good, "gone.example.test")]);
    const { findings, passed } = await check(world, { trunk_id, direction: "inbound" });
    expect(wrong(findings)).toMatchObject([
      { check: "dns.resolves", status: "fail", direction: "inbound", peer: uri(peers.good, "gone.example.test") },
    ]);
    expect(wrong(findings)[0]?.repair).toBeUndefined();
    const named = passed.filter((sentence) => sentence.includes("gone.example.test"));
    expect(named).toEqual([expect.stringMatching(/^Destinations: /)]);
  });
});

describe("a machine behind a proxy that makes its own certificates", () => {
  const control = () => ({
    names: ["control.example.test"],
    host: { host: "control.example.test", port: intercepted["control.example.test"] ?? 0 },
  });

  test("is one unknown point, by the control alone where one peer is there", async () => {
    const trunk_id = await start([uri(intercepted[HOST])], { probes: { control: control() } });
    const { findings, passed } = await check(world, { trunk_id, direction: "inbound" });
    expect(wrong(findings)).toEqual([]);
    expect(findings.find((row) => row.check === "machine.certificates")).toMatchObject({
      status: "unknown",
      evidence: expect.stringContaining("Corporate Proxy"),
    });
    expect(passed.some((sentence) => sentence.includes("certificate"))).toBe(false);
  });

  test("and without a control, where the carrier's gateway has the same unknown issuer", async () => {
    const trunk_id = await start([uri(intercepted[HOST])], { gateways: [at(intercepted[EDGE], EDGE)] });
    await world.call("exotel_whitelist_ip", { trunk_sid: trunk_id, ip: "44.248.146.11" });
    const { findings } = await check(world, { trunk_id });
    expect(wrong(findings)).toEqual([]);
    expect(findings.filter((row) => row.check === "machine.certificates")).toHaveLength(1);
    world.scope.probes.control = control();
    const { value } = await world.call("find_gateway", { provider: "exotel" });
    expect(value.best).toBeUndefined();
    expect(value.verdict).toMatch(/^This machine cannot check certificates\..*Nobody answered/);
  });

  test("is none where the control's certificate is trusted: then the peer's is bad", async () => {
    const good = { names: [HOST], host: { host: HOST, port: peers.good } };
    const trunk_id = await start([uri(peers.stranger)], { probes: { control: good } });
    const { findings } = await check(world, { trunk_id, direction: "inbound" });
    expect(wrong(findings)).toMatchObject([{ check: "tls.chain", status: "fail" }]);
  });

  test("is none where two servers of one's own share an authority that nobody knows", async () => {
    const trunk_id = await start([uri(intercepted[HOST]), uri(intercepted[EDGE], EDGE)]);
    const { findings } = await check(world, { trunk_id, direction: "inbound" });
    // One fact of two servers is one finding.
    const chains = findings.filter((row) => row.check === "tls.chain");
    expect(chains).toMatchObject([
      { status: "fail", peers: expect.arrayContaining([uri(intercepted[HOST]), uri(intercepted[EDGE], EDGE)]) },
    ]);
  });
});

test("the last destination that answers is never taken away", async () => {
  const closed = uri(peers.closed);
  const trunk_id = await start([closed, uri(peers.noSip)]);
  const alone = await check(world, { trunk_id, direction: "inbound" });
  const calls = alone.findings.flatMap(({ repair = [] }) => repair.map(({ tool }) => tool));
  expect(calls).not.toContain("exotel_remove_destination_uri");
  // The control: beside one that answers, a wrong one goes.
  await world.call("exotel_add_destination_uris", {
    trunk_sid: trunk_id,
    destinations: [{ destination: uri(peers.good) }, { destination: uri(5061, "sip.api.openai.com") }],
  });
  const beside = await check(world, { trunk_id, direction: "inbound" });
  const openAi = beside.findings.find((row) => row.check === "dst.user");
  expect(openAi?.repair).toMatchObject([{ tool: "exotel_remove_destination_uri" }]);
});
