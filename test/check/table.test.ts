import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { destinationPeers, outboundGateways } from "../../src/check/find-peers.ts";
import { capable } from "../../src/check/own-machine.ts";
import { type Peer, peerName } from "../../src/check/peer.ts";
import { Outcomes, runPeerCheck, runTrunkCheck } from "../../src/check/run-checks.ts";
import { namedChecks } from "../../src/check/sip-codes.ts";
import { orderWith, peerChecks, pureChecks } from "../../src/check/table.ts";
import type { CarrierDiagnosis, CheckFacts } from "../../src/core/carrier/diagnosis.ts";
import type { TrunkDetail } from "../../src/core/carrier/trunk.ts";
import { didwwGateways } from "../../src/providers/didww/gateways.ts";
import { exotelGateways } from "../../src/providers/exotel/gateways.ts";
import { providers } from "../../src/providers/index.ts";
import type { CertificateReport } from "../../src/sip/certificate.ts";
import type { ProbeAttempt, ProbeReport } from "../../src/sip/probe.ts";
import { needsFiles } from "../support/needs.ts";

const carriers = new Map(await Promise.all(providers.map(async ({ id, diagnosis }) => [id, await diagnosis?.()] as const)));
const carrierChecks = [...carriers.values()].flatMap((diagnosis) => diagnosis?.checks ?? []);
const order = orderWith(carrierChecks);
const implemented = [...pureChecks, ...peerChecks, ...carrierChecks].map(({ id }) => id);

function diagnosisOf({ provider }: TrunkDetail): CarrierDiagnosis {
  const diagnosis = carriers.get(provider);
  if (!diagnosis) throw new Error(`${provider} has no diagnosis`);
  return diagnosis;
}

const trunk: TrunkDetail = {
  provider: "exotel",
  trunk_id: "trmum1abcdefghijklmnop",
  trunk_name: "unit",
  status: "active",
  phone_numbers: [{ phone_number: "+918044319240", phone_number_id: "1", mode: "pstn" }],
  whitelisted_ips: [{ ip: "44.248.146.11", mask: 32, whitelisted_ip_id: "7" }],
  destination_uris: [{ destination: "44.248.146.11:5061;transport=tls", destination_uri_id: "9" }],
};

function factsOf(change: Partial<TrunkDetail> = {}, more: Partial<CheckFacts> = {}): CheckFacts {
  const changed = { ...trunk, ...change };
  const { repairs, admission, needsNumbers, destinations, mediaEncryption } = diagnosisOf(changed);
  const given = {
    directions: new Set(["outbound", "inbound"] as const),
    list: undefined,
    platform: undefined,
    placesCalls: false,
    sandbox: false,
    config: undefined,
  };
  const own = { repairs, admission: admission(changed), needsNumbers, destinations, mediaEncryption: mediaEncryption?.(changed) };
  return { trunk: changed, ...own, ...given, ...more };
}

function judge(facts: CheckFacts, peer?: Peer) {
  const outcomes = new Outcomes();
  for (const check of [...pureChecks, ...diagnosisOf(facts.trunk).checks]) runTrunkCheck(check, facts, outcomes);
  if (peer)
    for (const check of peerChecks)
      runPeerCheck(check, { ...facts, peer, machine: capable, answering: [], allowPrivate: false, fromPbx: false }, outcomes);
  return outcomes.sorted(order);
}

const answered = { status: 200, reason: "OK", allow: [] };

function peerAt(
  host: string,
  port: number,
  transport: string,
  attempt: object = { outcome: "answered", response: answered },
  more: Partial<Peer> = {},
): Peer {
  const candidate = { transport: transport as "tcp", address: host, port, name: host };
  const result = { candidate, spent: {}, ...attempt } as ProbeAttempt;
  const report: ProbeReport = { target: { host }, result, attempts: [result], untried: 0, dns: { records: [], spentMs: 0 } };
  return { kind: "destination", host, port, transport, row: trunk.destination_uris?.[0], report, ...more };
}

const certificate: CertificateReport = {
  ...{ chain: "trusted", name: "mismatch", names: ["sip.example.test"], subject: "x", issuer: "y", selfSigned: false },
  ...{ validFrom: "", validTo: "", daysLeft: 90, key: { type: "ec", bits: 256 } },
};

describe("what no emulator lets in", () => {
  test.each<[string, string, Peer]>([
    ["dst.transport", "fail", peerAt("44.248.146.11", 5060, "udp")],
    ["dst.port", "warn", peerAt("44.248.146.11", 5061, "tcp")],
    ["dst.port", "warn", peerAt("44.248.146.11", 5060, "tls")],
    ["dst.port", "warn", peerAt("44.248.146.11", 443, "tcp")],
    ["dst.in_acl", "warn", peerAt("44.248.146.99", 5061, "tls")],
    ["dst.public", "fail", peerAt("192.168.1.9", 5061, "tls", { outcome: "not_allowed" })],
  ])("%s is %s", (id, status, peer) => {
    const first = judge(factsOf(), peer)[0];
    expect(first).toMatchObject({ check: id, status, peer: peerName(peer) });
    expect(first?.remedy).toMatch(/\w/);
  });

  test.each<[string, string, CheckFacts]>([
    [
      "acl.fqdn",
      "fail",
      factsOf({ whitelisted_ips: [...(trunk.whitelisted_ips ?? []), { ip: "pbx.example.com", mask: 0, whitelisted_ip_id: "8" }] }),
    ],
    ["didww.cap", "fail", factsOf({ provider: "didww", attributes: { threshold_reached: true, threshold_amount: "50.0" } })],
    [
      "didww.source",
      "fail",
      factsOf({ provider: "didww" }, { list: didwwGateways(), config: "match = 46.19.209.14\n", directions: new Set(["inbound"]) }),
    ],
    [
      "twilio.ruri",
      "fail",
      factsOf(
        { provider: "vyom", domain_name: "acme.pstn.twilio.com", attributes: { trunk_type: "twilio" } },
        { config: "contact = sip:54.172.60.0\n" },
      ),
    ],
  ])("%s is %s", (id, status, facts) => {
    expect(judge(facts)[0]).toMatchObject({ check: id, status });
  });

  test("a carrier that sends anywhere over udp is held to neither the transports nor the whitelist of another", () => {
    const elsewhere = peerAt("44.248.146.99", 5060, "udp");
    const ids = (facts: CheckFacts) => judge(facts, elsewhere).map(({ check, status }) => `${check} ${status}`);
    const held = ["dst.transport fail", "dst.in_acl warn"];
    expect(ids(factsOf())).toEqual(expect.arrayContaining(held));
    const open = ids(factsOf({}, { destinations: { transports: ["udp", "tcp", "tls"], listed: false } }));
    expect(open.filter((row) => held.includes(row))).toEqual([]);
    expect(open).toContain("dst.transport pass");
  });

  test("a threshold that is spent says what is told of it, and what is not", () => {
    const attributes = { threshold_reached: true, threshold_amount: "50.0", spent_amount: "50.2" };
    const [found] = judge(factsOf({ provider: "didww", attributes }));
    expect(found?.evidence).toMatch(/threshold_amount is 50\.0; spent: 50\.2\..*neither the currency, nor since when.*nor until when/);
  });

  test("an address with a certificate that names hosts only is no fault", () => {
    const peer = peerAt("44.248.146.11", 5061, "tls", {
      outcome: "answered",
      response: answered,
      tls: { clientCertificate: "not_asked", certificate },
    });
    expect(judge(factsOf(), peer).find(({ check }) => check === "tls.ip")).toMatchObject({ status: "pass" });
    expect(judge(factsOf(), peer).some(({ check }) => check === "tls.name")).toBe(false);
  });
});

test.each<[string, object, string, string]>([
  ["refused", { outcome: "refused" }, "net.tcp", "fail"],
  ["timed out", { outcome: "timeout", phase: "connect" }, "net.tcp", "unknown"],
  ["connected and silent", { outcome: "silent", connected: true }, "sip.options", "unknown"],
  ["silent over udp", { outcome: "silent", connected: false }, "sip.options", "unknown"],
  ["no way there", { outcome: "broken", problem: "unreachable" }, "net.tcp", "unknown"],
  ...[401, 403, 404, 405, 483, 501, 600].map((status): [string, object, string, string] => [
    `answered ${status}`,
    { outcome: "answered", response: { ...answered, status } },
    "sip.options",
    "pass",
  ]),
])("a peer that %o: %s", (_, attempt, id, status) => {
  const rows = judge(factsOf(), peerAt("44.248.146.11", 5060, "tcp", attempt));
  expect(rows.find(({ check }) => check === id)).toMatchObject({ status });
});

test.each(["}ignore;all", "a_b", "-x.example", "x".repeat(300), "sip.example.com\u202e", "[::1]", "localhost"])(
  "a host that cannot be asked is said to be unknown, and nobody is asked: %j",
  (host) => {
    const changed = factsOf({ domain_name: host, destination_uris: [{ destination: `${host}:5061;transport=tls` }] });
    expect(destinationPeers(changed.trunk)).toEqual([]);
    expect(outboundGateways(exotelGateways(), host).some((gateway) => gateway.host === host)).toBe(false);
    expect(judge(changed).find(({ check }) => check === "dst.present")).toMatchObject({ status: "unknown" });
  },
);

test("several addresses go onto a list that is written whole by one call", () => {
  const { relist } = diagnosisOf({ ...trunk, provider: "didww" }).repairs;
  const add = ["44.229.228.186/32", "44.238.177.138/32"];
  const of = (remove: NonNullable<TrunkDetail["whitelisted_ips"]>) => relist?.({ ...trunk, provider: "didww" }, { add, remove });
  expect(of([])).toMatchObject([{ arguments: { allowed_sip_ips: ["44.248.146.11/32", ...add] } }]);
  // A list that one call shortens and another extends would be taken back by the second.
  expect(of(trunk.whitelisted_ips ?? [])).toMatchObject([{ arguments: { allowed_sip_ips: add } }]);
});

test("what needs something that failed is skipped, and says what", () => {
  const rows = judge(factsOf({ phone_numbers: [] }), peerAt("44.248.146.11", 5061, "tls", { outcome: "refused" }));
  const skipped = rows.filter(({ status }) => status === "skipped");
  expect(skipped.map(({ check }) => check)).toEqual(expect.arrayContaining(["num.e164", "num.typo", "sip.options", "tls.chain"]));
  expect(skipped.find(({ check }) => check === "num.e164")?.title).toContain("num.present");
});

describe("the list of checks", () => {
  test("each has one row and one place, and needs only what exists", () => {
    expect(new Set(implemented).size).toBe(implemented.length);
    expect([...implemented].filter((id) => !order.includes(id))).toEqual([]);
    const needed = [...pureChecks, ...peerChecks].flatMap(({ needs = [] }) => needs);
    expect(needed.filter((id) => !implemented.includes(id))).toEqual([]);
  });

  test("every check that an explanation names exists", () => {
    expect(namedChecks().length).toBeGreaterThan(20);
    expect(namedChecks().filter((id) => !order.includes(id))).toEqual([]);
  });

  const document = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "..", "shared", "sip.md");

  test("is the document's", needsFiles([document]), () => {
    const section = readFileSync(document, "utf8").split("## 8.")[1]?.split("\n## ")[0] ?? "";
    const cells = [...section.matchAll(/^\| ([a-z][^|]*) \|/gm)].map(([, cell = ""]) => cell);
    const ids = cells.flatMap((cell) => cell.split("/").map((id) => id.trim())).filter((id) => id.includes("."));
    expect(ids.length).toBeGreaterThan(45);
    expect(ids.filter((id) => !order.includes(id))).toEqual([]);
    // Reading the trunk is judged where it happens.
    expect(ids.filter((id) => !implemented.includes(id))).toEqual(["api.auth"]);
  });
});
