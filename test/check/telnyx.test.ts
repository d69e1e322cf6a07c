import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ASK } from "../../src/core/carrier/diagnosis.ts";
import { inputSchema } from "../../src/core/tool.ts";
import { type ToolName, tools } from "../../tools/index.ts";
import { closePeers } from "../sip/peer.ts";
import { HOST, type Peers, startPeers, trusted } from "./peers.ts";
import { check, startWorld, type World, wrong } from "./setup.ts";

let peers: Peers;
let world: World;
beforeAll(async () => {
  peers = await startPeers();
});
afterEach(() => world?.close());
afterAll(closePeers);

const NUMBER = "+13125550141";
/** Public: a loopback address could place no call. It is never asked, since only calls out are looked at. */
const ADDRESS = "44.248.146.11";

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives.
async function done(tool: string, args: Record<string, unknown>): Promise<any> {
  const { isError, value } = await world.call(tool, args);
  if (isError) throw new Error(`${tool}: ${JSON.stringify(value)}`);
  return value;
}

/** Puts records into the account, past our own rules and without our defaults. */
async function raw(method: string, path: string, body: object): Promise<string> {
  const response = await fetch(`${world.sandbox.urlOf("telnyx")}/v2/${path}`, {
    method,
    headers: { authorization: "Bearer sandbox-key", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { data?: { id: string } };
  if (answer.data === undefined) throw new Error(JSON.stringify(answer));
  return answer.data.id;
}

interface Broken {
  kind?: "ip" | "fqdn" | "credential";
  profile?: object | null;
  inbound?: object;
  fields?: object;
  address?: string | null;
  number?: string | null;
}

const plus = { ani_number_format: "+E.164", dnis_number_format: "+e164", sip_subdomain_receive_settings: "only_my_connections" };
const limits = { name: "office", daily_spend_limit: "50.00", daily_spend_limit_enabled: true, concurrent_call_limit: 10 };

/** A trunk with nothing wrong, but for what is given: one with a login for calls out, one of host names for calls in. */
async function start({ kind = "credential", profile = {}, inbound, fields, address = ADDRESS, number = NUMBER }: Broken): Promise<string> {
  const gateways = [{ host: HOST, port: peers.good, transport: "tls" as const }];
  const zone = { a: { [HOST]: [{ address: "127.0.0.1" }] }, cname: {} };
  world = await startWorld({ zone, gateways, probes: { authorities: [trusted.cert] }, sandboxRules: true });
  const profileId = profile === null ? "" : await raw("POST", "outbound_voice_profiles", { ...limits, ...profile });
  const id = await raw("POST", `${kind}_connections`, {
    connection_name: "healthy",
    ...(kind === "credential" ? { user_name: "healthy", password: "opens nothing" } : { transport_protocol: "TCP" }),
    ...fields,
    inbound: { ...plus, ...inbound },
    outbound: { outbound_voice_profile_id: profileId },
  });
  const row = { connection_id: id, port: peers.plain };
  if (kind === "ip" && address !== null) await raw("POST", "ips", { ...row, ip_address: address });
  if (kind === "fqdn" && address !== null) await raw("POST", "fqdns", { ...row, fqdn: HOST, dns_record_type: "a" });
  const { phone_numbers } = await done("telnyx_list_phone_numbers", {});
  const own = phone_numbers.find((one: { phone_number: string }) => one.phone_number === number);
  if (own) await raw("PATCH", `phone_numbers/${own.phone_number_id}`, { connection_id: id });
  return id;
}

const both = { provider: "telnyx" };
const srtpOn = ["[x]", "type = endpoint", "media_encryption = sdes", "transport = tls"].join("\n");

interface Case extends Broken {
  check: string;
  status: "fail" | "warn";
  args?: object;
  /** The person's answer, where a repair asks for one. */
  says?: string;
}

describe("one thing wrong with a trunk on Telnyx", () => {
  test.each<[string, Case]>([
    ["trap 1, no outbound voice profile", { check: "telnyx.profile", status: "fail", profile: null, says: "spare" }],
    ["its profile is disabled", { check: "telnyx.profile", status: "fail", profile: { enabled: false } }],
    ["trap 2, no spend cap", { check: "telnyx.caps", status: "warn", profile: { daily_spend_limit_enabled: false }, says: "20.00" }],
    ["trap 2, no cap of calls at once", { check: "telnyx.caps", status: "warn", profile: { concurrent_call_limit: null } }],
    ["no country", { check: "telnyx.countries", status: "fail", profile: { whitelisted_destinations: [] }, says: "US" }],
    [
      "trap 4, no address was added",
      { check: "acl.present", status: "fail", kind: "ip", address: null, says: "44.248.146.11", args: { direction: "outbound" } },
    ],
    [
      "trap 14, codecs that UDP loses",
      {
        check: "telnyx.codecs",
        status: "fail",
        kind: "fqdn",
        fields: { transport_protocol: "UDP" },
        inbound: { codecs: ["OPUS"] },
        args: { direction: "outbound" },
      },
    ],
    ["trap 14, SRTP at the PBX only", { check: "media.srtp", status: "fail", args: { config: srtpOn, direction: "outbound" } }],
    [
      "trap 15, the formats of a new connection",
      { check: "telnyx.formats", status: "warn", kind: "fqdn", inbound: { ani_number_format: undefined, dnis_number_format: undefined } },
    ],
    ["trap 15, a region far from its numbers", { check: "telnyx.region", status: "warn", kind: "fqdn", number: "+442079460143" }],
    [
      "trap 15, a subdomain open to anyone",
      { check: "telnyx.open", status: "warn", kind: "fqdn", inbound: { sip_subdomain: "bot", sip_subdomain_receive_settings: undefined } },
    ],
    [
      "a login that anyone may call",
      { check: "telnyx.open", status: "warn", kind: "credential", fields: { sip_uri_calling_preference: "unrestricted" } },
    ],
    ["switched off", { check: "trunk.active", status: "fail", fields: { active: false } }],
    ["no number for calls in", { check: "telnyx.number", status: "fail", kind: "fqdn", number: null, says: NUMBER }],
    [
      "a number of nobody",
      { check: "telnyx.number", status: "fail", kind: "fqdn", args: { phone_number: "+13125550142", direction: "inbound" } },
    ],
  ])("%s is found, named first, and repaired", async (_, { check: id, status, args, says = "", ...broken }) => {
    const trunk_id = await start(broken);
    if (id === "telnyx.profile" && says) await done("telnyx_create_outbound_voice_profile", { name: says });
    const asked = { ...both, trunk_id, ...args };
    const before = (await check(world, asked)).findings;
    const first = wrong(before)[0];
    expect(first, JSON.stringify(before)).toMatchObject({ check: id, status });
    expect(first?.remedy).toMatch(/\w/);
    for (const { tool, arguments: given } of first?.repair ?? []) {
      const wanted = JSON.parse(JSON.stringify(given).replaceAll(ASK, says));
      expect(inputSchema((await tools[tool as ToolName]()).default).safeParse(wanted).error).toBeUndefined();
      await done(tool, wanted);
    }
    expect(first?.repair?.length).toBeGreaterThan(0);
    const left = wrong((await check(world, asked)).findings);
    expect(left.filter((row) => row.check === id)).toEqual([]);
  });

  test.each(["ip", "fqdn", "credential"] as const)("a healthy one of kind %s yields no fail and no warn", async (kind) => {
    const trunk_id = await start({ kind });
    const { findings, checks } = await check(world, { ...both, trunk_id, ...(kind === "ip" ? { direction: "outbound" } : {}) });
    expect(wrong(findings)).toEqual([]);
    expect(checks.some((row) => row.startsWith("telnyx."))).toBe(true);
  });

  test.each(["outbound", "inbound"])("what a kind does not have is not missed in calls %s", async (direction) => {
    for (const kind of ["fqdn", "credential"] as const) {
      const trunk_id = await start({ kind });
      expect(wrong((await check(world, { ...both, trunk_id, direction, pbx_ip: "44.248.146.12" })).findings)).toEqual([]);
      if (kind === "fqdn") await world.close();
    }
  });

  test("one that takes calls in only is said to have no profile, and nothing is wrong with it", async () => {
    const trunk_id = await start({ kind: "fqdn", profile: null });
    const { findings, passed } = await check(world, { ...both, trunk_id });
    expect(wrong(findings)).toEqual([]);
    expect(passed.join()).toContain("no outbound voice profile");
  });

  test("a number that another trunk has is named with it", async () => {
    const trunk_id = await start({ kind: "fqdn" });
    const other = await raw("POST", "ip_connections", { connection_name: "other" });
    const { phone_numbers } = await done("telnyx_list_phone_numbers", {});
    const [row] = phone_numbers.filter((one: { phone_number: string }) => one.phone_number === "+13125550142");
    await raw("PATCH", `phone_numbers/${row.phone_number_id}`, { connection_id: other });
    const { findings } = await check(world, { ...both, trunk_id, phone_number: "+13125550142", direction: "inbound" });
    expect(findings.find((one) => one.check === "telnyx.number")?.title).toBe('+13125550142 is not on this trunk, but on "other".');
  });

  test("the addresses of the trunk's own region are looked for in a configuration", async () => {
    const { telnyx } = await import("../../src/providers/telnyx/index.ts");
    const list = await telnyx.gateways?.();
    const { telnyxDiagnosis } = await import("../../src/providers/telnyx/diagnosis.ts");
    const source = telnyxDiagnosis.checks.find(({ id }) => id === "telnyx.source");
    const trunk = { provider: "telnyx", trunk_id: "1", trunk_name: "one", attributes: { sip_region: "Europe" } };
    const judged = (config: string) => source?.run({ trunk, list, config, directions: new Set(["inbound"]) } as never)[0];
    expect(judged("match = 185.246.41.140")).toMatchObject({ status: "fail", evidence: "Missing of Europe: 185.246.41.141." });
    expect(judged("match = 185.246.41.140,185.246.41.141")).toMatchObject({ status: "pass" });
  });
});
