import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Locator } from "../../src/sip/locate.ts";
import { type ProbeTarget, probe } from "../../src/sip/probe.ts";
import { authority } from "../support/certificates.ts";
import { type Dns, dnsmasq, startDnsmasq } from "../support/dnsmasq.ts";
import { kamailio, type Peer, startKamailio } from "../support/kamailio.ts";
import { needs } from "../support/needs.ts";
import { freePort } from "../support/ports.ts";

const hosts = [
  "host-record=sip.test,127.0.0.1,45",
  "host-record=both.test,127.0.0.1,::1,45",
  "host-record=second.test,127.0.0.2,45",
  "cname=alias.test,sip.test",
  "srv-host=_sip._udp.listed.test,sip.test,5070,10,1",
  "srv-host=_sip._udp.listed.test,second.test,5080,10,9",
  "srv-host=_sip._udp.listed.test,both.test,5090,5,0",
  "srv-host=_sip._tcp.listed.test,sip.test,5071,0,0",
  "srv-host=_sips._tcp.listed.test,sip.test,443,0,0",
  "host-record=listed.test,127.0.0.9",
  "naptr-record=pointed.test,20,10,s,SIP+D2T,,_sip._tcp.listed.test",
  "naptr-record=pointed.test,10,10,s,SIPS+D2T,,_sips._tcp.listed.test",
  "naptr-record=pointed.test,5,10,u,E2U+sip,!^.*$!sip:x@y!",
  // A target of "." says that there is no such service.
  "srv-host=_sip._udp.none.test",
  "host-record=none.test,127.0.0.1",
  "srv-host=_sip._udp.dangling.test,nowhere.test,5060",
  "txt-record=empty.test,nothing",
  ...Array.from({ length: 40 }, (_, index) => `srv-host=_sip._udp.many.test,sip.test,${5100 + index},${index},0`),
];

describe("where a real DNS server sends", needs({ dnsmasq }), () => {
  let dns: Dns;
  beforeAll(async () => {
    dns = await startDnsmasq(hosts);
  });
  afterAll(() => dns?.stop());

  const locate = async (place: ProbeTarget) => {
    const locator = new Locator(dns.resolver);
    await locator.locate(place);
    const { candidates, records, problem } = locator.found;
    return { to: candidates.map(({ transport, address, port }) => `${transport} ${address} ${port}`), records, problem };
  };

  test.each<[string, ProbeTarget, string[]]>([
    ["a literal address asks nobody", { host: "192.0.2.7" }, ["udp 192.0.2.7 5060"]],
    ["a literal address with all of it", { host: "2001:db8::7", port: 443, transport: "tls" }, ["tls 2001:db8::7 443"]],
    ["an address record alone, at the port of the transport", { host: "sip.test", transport: "tls" }, ["tls 127.0.0.1 5061"]],
    ["an address record alone, with nothing said", { host: "sip.test" }, ["udp 127.0.0.1 5060"]],
    ["both kinds of address", { host: "both.test", port: 5060 }, ["udp 127.0.0.1 5060", "udp ::1 5060"]],
    ["an alias", { host: "alias.test", transport: "tcp" }, ["tcp 127.0.0.1 5060"]],
    ["a port said skips SRV", { host: "listed.test", port: 5060 }, ["udp 127.0.0.9 5060"]],
    [
      "SRV of the transport said, by priority, then the heaviest",
      { host: "listed.test", transport: "udp" },
      ["udp 127.0.0.1 5090", "udp ::1 5090", "udp 127.0.0.2 5080", "udp 127.0.0.1 5070"],
    ],
    ["SRV over TLS", { host: "listed.test", transport: "tls" }, ["tls 127.0.0.1 443"]],
    ["NAPTR decides among transports, by order", { host: "pointed.test" }, ["tls 127.0.0.1 443", "tcp 127.0.0.1 5071"]],
  ])("%s", async (_, place, expected) => {
    expect((await locate(place)).to).toEqual(expected);
  });

  test("without a transport said, every service that is listed is found", async () => {
    const { to } = await locate({ host: "listed.test" });
    expect(new Set(to.map((way) => way.slice(0, 3)))).toEqual(new Set(["udp", "tcp", "tls"]));
  });

  test.each<[string, ProbeTarget, object]>([
    ["a name that does not exist", { host: "nowhere.test" }, { problem: "not_found", name: "nowhere.test" }],
    ["a name without an address", { host: "empty.test", port: 5060 }, { problem: "no_address", name: "empty.test" }],
    ["a service that is not offered", { host: "none.test", transport: "udp" }, { problem: "not_offered", name: "_sip._udp.none.test" }],
    ["a target that does not exist", { host: "dangling.test", transport: "udp" }, { problem: "not_found", name: "nowhere.test" }],
  ])("%s is told, with its name", async (_, target, problem) => {
    const { to, problem: found } = await locate(target);
    expect({ to, found }).toEqual({ to: [], found: problem });
    const { result } = await probe(target, { isAllowed: () => true, resolver: dns.resolver });
    expect(result).toEqual({ outcome: "dns_failed", ...problem });
  });

  test("every record seen is told, with the time to live of addresses", async () => {
    expect((await locate({ host: "alias.test", transport: "tcp" })).records).toEqual([
      { type: "CNAME", name: "alias.test", target: "sip.test" },
      { type: "A", name: "alias.test", address: "127.0.0.1", ttlSeconds: expect.any(Number) },
    ]);
    const { records } = await locate({ host: "pointed.test" });
    expect(records.map(({ type }) => type)).toEqual(["NAPTR", "NAPTR", "NAPTR", "SRV", "SRV", "A", "A"]);
    expect(records[0]).toMatchObject({ service: "E2U+sip", order: 5 });
    expect(records[5]).toEqual({ type: "A", name: "sip.test", address: "127.0.0.1", ttlSeconds: 45 });
  });

  test("a zone of forty targets costs four tries and few questions", async () => {
    const tried: number[] = [];
    const refuse = (_: string, port: number) => {
      tried.push(port);
      return false;
    };
    const report = await probe({ host: "many.test", transport: "udp" }, { isAllowed: refuse, resolver: dns.resolver });
    expect(tried).toEqual([5100, 5101, 5102, 5103]);
    expect(report).toMatchObject({ untried: 4, result: { outcome: "not_allowed" } });
    expect(report.dns.records.length).toBeLessThanOrEqual(32);
  });

  test("DNS cannot carry a probe past the guard: each address is shown to it, and what it refuses hears nothing", async () => {
    const shown: string[] = [];
    const isAllowed = (address: string) => shown.push(address) === 0;
    const { attempts } = await probe({ host: "listed.test", transport: "udp" }, { isAllowed, resolver: dns.resolver });
    expect(shown).toEqual(["127.0.0.1", "::1", "127.0.0.2", "127.0.0.1"]);
    expect(attempts.map(({ outcome, spent }) => ({ outcome, spent }))).toEqual(shown.map(() => ({ outcome: "not_allowed", spent: {} })));
  });

  test("a server that never answers is told as such, in time", async () => {
    const port = await freePort();
    const hole = createSocket("udp4").bind(port, "127.0.0.1");
    const resolver = new Resolver({ timeout: 60_000, tries: 1 });
    resolver.setServers([`127.0.0.1:${port}`]);
    try {
      const { result, dns: found } = await probe({ host: "sip.test" }, { isAllowed: () => true, resolver, timing: { dnsMs: 300 } });
      expect(result).toEqual({ outcome: "dns_failed", problem: "timeout", name: "sip.test" });
      expect(found.records).toEqual([]);
    } finally {
      resolver.cancel();
      hole.close();
    }
  });
});

describe("fail-over to a real Kamailio", needs({ dnsmasq, kamailio }), () => {
  const root = authority("Test Root");
  let peer: Peer<"named">;
  let dns: Dns;
  beforeAll(async () => {
    peer = await startKamailio({ tls: { named: root.issue({ name: "acme", uris: ["sip:acme.test"], dns: ["sip.test"] }) } });
    const dead = await freePort();
    dns = await startDnsmasq([
      "host-record=sip.test,127.0.0.1",
      ...["_udp", "_tcp"].flatMap((way) => [
        `srv-host=_sip.${way}.acme.test,sip.test,${dead},1,0`,
        `srv-host=_sip.${way}.acme.test,sip.test,${peer.port},2,0`,
      ]),
      `srv-host=_sips._tcp.acme.test,sip.test,${peer.tlsPorts.named},1,0`,
      "naptr-record=acme-by-naptr.test,1,1,s,SIPS+D2T,,_sips._tcp.acme.test",
    ]);
  });
  afterAll(async () => {
    await Promise.all([peer?.stop(), dns?.stop()]);
  });
  const ask = (target: ProbeTarget) => probe(target, { isAllowed: () => true, resolver: dns.resolver, authorities: [root.cert] });

  test.each(["udp", "tcp"] as const)("%s: past a dead target to the one that answers", async (transport) => {
    const { attempts, result, untried } = await ask({ host: "acme.test", transport });
    expect(attempts.map(({ outcome }) => outcome)).toEqual(["refused", "answered"]);
    expect(result).toBe(attempts[1]);
    expect(untried).toBe(0);
  });

  test("a 503 sends to the next, and stays the result where that one is dead", async () => {
    const { attempts, result } = await ask({ host: "acme.test", transport: "udp", user: "busy" });
    expect(attempts.map(({ outcome }) => outcome)).toEqual(["refused", "answered"]);
    expect(result).toMatchObject({ response: { status: 503 } });
  });

  test.each([
    ["the domain asked for, by its sip URI", "acme.test", "match"],
    ["another domain whose NAPTR points there", "acme-by-naptr.test", "mismatch"],
  ])("the certificate is held against %s, not against the target of SRV", async (_, host, name) => {
    const { result } = await ask({ host, transport: host === "acme.test" ? "tls" : undefined });
    expect(result).toMatchObject({
      outcome: "answered",
      tls: { certificate: { chain: "trusted", name, names: ["acme.test", "sip.test"] } },
    });
  });
});
