import { afterEach, describe, expect, test } from "vitest";
import { Outcomes, runTrunkCheck } from "../../src/check/run-checks.ts";
import { orderWith, pureChecks } from "../../src/check/table.ts";
import { ASK, type CheckFacts, type Finding } from "../../src/core/carrier/diagnosis.ts";
import type { TrunkDetail } from "../../src/core/carrier/trunk.ts";
import { inputSchema } from "../../src/core/tool.ts";
import { twilioDiagnosis } from "../../src/providers/twilio/diagnosis.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { type ToolName, tools } from "../../tools/index.ts";
import { check, startWorld, type World, wrong as wrongRows } from "./setup.ts";

const TK = `TK${"a".repeat(32)}`;

const healthy: TrunkDetail = {
  provider: "twilio",
  trunk_id: TK,
  trunk_name: "healthy",
  domain_name: "healthy.pstn.twilio.com",
  phone_numbers: [{ phone_number: "+12025550110", phone_number_id: `PN${"a".repeat(32)}` }],
  whitelisted_ips: [{ ip: "44.248.146.11", mask: 32, whitelisted_ip_id: "AL1/IP1" }],
  destination_uris: [{ destination: "pbx.example.com:5061;transport=tls", destination_uri_id: "OU1", type: "enabled" }],
  credentials: [],
  attributes: { secure: false, transfer_mode: "disable-all", ip_lists: [`trunkline ${TK} ips`], credential_lists: [] },
};

const login = { credential_id: "CL1/CR1", user_name: "pbx" };

/** A healthy trunk with something else, in both directions. */
function judge(change: Partial<TrunkDetail> = {}, more: Partial<CheckFacts> = {}): Finding[] {
  const trunk = { ...healthy, ...change, attributes: { ...healthy.attributes, ...change.attributes } };
  const { admission, mediaEncryption, checks, repairs, needsNumbers, destinations } = twilioDiagnosis;
  const facts: CheckFacts = {
    ...{ trunk, repairs, needsNumbers, destinations, admission: admission(trunk), mediaEncryption: mediaEncryption?.(trunk) },
    ...{ list: undefined, platform: undefined, config: undefined, placesCalls: false, sandbox: false },
    directions: new Set(["outbound", "inbound"] as const),
    countries: { allowed: ["US"], risky: [] },
    ...more,
  };
  const outcomes = new Outcomes();
  for (const check of [...pureChecks, ...checks]) runTrunkCheck(check, facts, outcomes);
  return outcomes.sorted(orderWith(checks));
}

const wrong = (findings: Finding[]) => findings.filter(({ status }) => status === "fail" || status === "warn");

/** Each row: the fault, the check that finds it, how gravely, the change, further facts, and the tool that repairs it. */
const broken: [string, string, string, Partial<TrunkDetail>, Partial<CheckFacts>, string | undefined][] = [
  ["trap 1, a nameless trunk", "twilio.name", "warn", { trunk_name: TK }, {}, "twilio_update_trunk"],
  ["trap 2, an empty list is attached", "acl.present", "fail", { whitelisted_ips: [] }, {}, "twilio_allow_ip"],
  ["trap 2, no list is attached", "acl.present", "fail", { whitelisted_ips: [], attributes: { ip_lists: [] } }, {}, "twilio_allow_ip"],
  [
    "trap 4, both kinds of list, one without a login",
    "twilio.both_lists",
    "fail",
    { attributes: { credential_lists: ["logins"] } },
    {},
    "twilio_create_credential",
  ],
  [
    "trap 4, both kinds of list, one without an address",
    "acl.present",
    "fail",
    { whitelisted_ips: [], credentials: [login], attributes: { credential_lists: ["logins"] } },
    {},
    "twilio_allow_ip",
  ],
  ["trap 5, no domain", "twilio.domain", "fail", { domain_name: undefined }, {}, "twilio_update_trunk"],
  ["trap 7, a range of everything", "acl.broad", "fail", { whitelisted_ips: [{ ip: "0.0.0.0", mask: 0 }] }, {}, undefined],
  ["trap 15, a number that is another trunk's", "twilio.number", "fail", {}, { number: "+12025550111" }, "twilio_assign_phone_number"],
  ["no number for calls in", "twilio.number", "fail", { phone_numbers: [] }, {}, "twilio_assign_phone_number"],
  ["transfers to anywhere", "twilio.transfer", "warn", { attributes: { transfer_mode: "enable-all" } }, {}, "twilio_update_trunk"],
  ["no country", "twilio.geo", "fail", {}, { countries: { allowed: [], risky: [] } }, undefined],
  ["countries of fraud", "twilio.geo", "warn", {}, { countries: { allowed: ["US"], risky: ["Latvia"] } }, undefined],
  [
    "every destination off",
    "twilio.origination",
    "fail",
    { destination_uris: [{ destination: "pbx.example.com", destination_uri_id: "OU1", type: "disabled" }] },
    {},
    "twilio_update_origination_url",
  ],
  [
    "sips",
    "twilio.origination",
    "warn",
    { destination_uris: [{ destination: "sips:pbx.example.com", destination_uri_id: "OU1", type: "enabled" }] },
    {},
    "twilio_update_origination_url",
  ],
  [
    "secure without TLS",
    "twilio.secure",
    "fail",
    { attributes: { secure: true }, destination_uris: [{ destination: "pbx.example.com", destination_uri_id: "OU1", type: "enabled" }] },
    {},
    "twilio_update_origination_url",
  ],
  ["SRTP at the PBX only", "media.srtp", "fail", {}, { config: "media_encryption = sdes\nhealthy.pstn.twilio.com" }, "twilio_update_trunk"],
  ["another host in the request URI", "twilio.request_uri", "fail", {}, { config: "contact = sip:54.172.60.0" }, undefined],
  [
    "a caller id without its plus",
    "twilio.caller_id",
    "fail",
    {},
    { config: "from_user = 12025550110\nfrom_domain = healthy.pstn.twilio.com" },
    undefined,
  ],
];

describe("one thing wrong with a trunk on Twilio, as it is read", () => {
  test("nothing is wrong with a healthy one", () => {
    expect(wrong(judge())).toEqual([]);
  });

  test.each(broken)("%s: %s is %s", (_, check, status, change, more, tool) => {
    const [first, ...others] = wrong(judge(change, more));
    expect(first).toMatchObject({ check, status });
    expect(first?.remedy).toMatch(/\w/);
    if (tool !== undefined) expect(first?.repair?.map((repair) => repair.tool)).toEqual([tool]);
    expect(others).toEqual([]);
  });

  test("trap 3, a shared list: its name is told, and one of the trunk's own is not", () => {
    const told = (findings: Finding[]) => findings.find(({ check }) => check === "twilio.shared_lists")?.evidence;
    expect(told(judge({ attributes: { ip_lists: ["office"] } }))).toMatch(/other trunks and SIP Domains.*"office"/);
    expect(told(judge())).toBeUndefined();
  });

  test("trap 4, both kinds of list: it is said that both must hold, and a login is no way around the addresses", () => {
    const both = { credentials: [login], attributes: { credential_lists: ["logins"] } };
    expect(judge(both).find(({ check }) => check === "twilio.both_lists")?.evidence).toMatch(/both: an address.*and a login/);
    expect(wrong(judge(both, { pbxIp: "44.248.146.99" }))).toMatchObject([{ check: "acl.pbx", status: "fail" }]);
    const either = { credentials: [login], whitelisted_ips: [], attributes: { ip_lists: [], credential_lists: ["logins"] } };
    expect(wrong(judge(either, { pbxIp: "44.248.146.99" })).filter(({ status }) => status === "fail")).toEqual([]);
  });

  test("geo permissions that could not be read are open, and say why", () => {
    const problem = "Twilio refused the key: the permission voice/dialing-permissions/read is missing.";
    const found = judge({}, { countries: { problem } }).find(({ check }) => check === "twilio.geo");
    expect(found).toMatchObject({ status: "unknown", evidence: problem });
  });

  test("a number of another trunk names it, and is not taken from there", () => {
    const holders = [{ number: "+12025550111", carrier: "Twilio", trunks: [{ trunk_id: "TK1", trunk_name: "front_desk" }] }];
    const [found] = wrong(judge({}, { number: "+12025550111", holders }));
    expect(found?.title).toContain('"front_desk"');
    expect(found?.repair).toBeUndefined();
  });

  test("every check of Twilio's own is wrong in some row, but the one that only tells", () => {
    const own = broken.map(([, check]) => check).filter((id) => id.startsWith("twilio."));
    expect([...new Set([...own, "twilio.shared_lists"])].sort()).toEqual(twilioDiagnosis.checks.map(({ id }) => id).sort());
  });
});

let world: World;
afterEach(() => world?.close());

interface Made {
  fields?: object;
  number?: string;
  url?: object;
  ip?: string;
  login?: string;
}

/** A trunk that is healthy but for what is said, over a carrier whose gateways nobody asks. */
async function make(
  { fields = {}, number = "+12025550110", url = {}, ip = "44.248.146.11", login }: Made,
  dialect: string,
): Promise<string> {
  const { gateways: _, ...provider } = twilio;
  world = await startWorld({ zone: { a: {}, cname: {} }, gateways: [], providers: [provider], dialect });
  const call = async (tool: string, args: object) => {
    const { isError, value } = await world.call(tool, { ...args });
    if (isError) throw new Error(`${tool}: ${JSON.stringify(value)}`);
    return value;
  };
  const { trunk } = await call("twilio_create_trunk", { friendly_name: "healthy", domain_name: "healthy.pstn.twilio.com", ...fields });
  const trunk_sid = trunk.trunk_id;
  if (number !== "") await call("twilio_assign_phone_number", { trunk_sid, phone_number: number });
  if (ip !== "") await call("twilio_allow_ip", { trunk_sid, ip });
  if (login !== undefined) await call("twilio_create_credential", { trunk_sid, username: login });
  await call("twilio_add_origination_url", { trunk_sid, sip_url: "sip:pbx.example.com:5061;transport=tls", ...url });
  return trunk_sid;
}

const config = ["[x]", "type = endpoint", "media_encryption = sdes", "transport = tls", "contact = sip:healthy.pstn.twilio.com"].join("\n");

/** Over a trunk that lets nobody in, no calls out are expected unless they are asked about. */
const outbound = { direction: "outbound" };

async function healthyReport(dialect: string) {
  const trunk_id = await make({}, dialect);
  return await check(world, { trunk_id });
}

describe.each(["observed", "documented"])("check_trunk in the dialect %s", (dialect) => {
  test.each<[string, string, Made, { says?: string; args?: object; empties?: string }]>([
    ["no domain", "twilio.domain", { fields: { domain_name: undefined } }, { says: "mended.pstn.twilio.com" }],
    ["nobody allowed", "acl.present", { ip: "" }, { says: "44.248.146.11", args: outbound }],
    ["an empty list", "acl.present", {}, { says: "44.248.146.11", args: outbound, empties: "twilio_remove_ip" }],
    ["a login list without a login", "twilio.both_lists", { login: "pbx" }, { says: "pbx2", empties: "twilio_delete_credential" }],
    ["transfers to anywhere", "twilio.transfer", { fields: { transfer_mode: "enable-all" } }, {}],
    ["no number", "twilio.number", { number: "" }, { says: "+12025550111" }],
    ["a destination that is off", "twilio.origination", { url: { enabled: false } }, {}],
    ["a secure trunk without TLS", "twilio.secure", { fields: { secure: true }, url: { sip_url: "sip:pbx.example.com" } }, {}],
    ["SRTP at the PBX only", "media.srtp", {}, { args: { config } }],
  ])("%s is found and repaired by its own calls", async (_, id, made, { says = "", args = {}, empties }) => {
    const trunk_sid = await make(made, dialect);
    if (empties === "twilio_remove_ip") await world.call(empties, { trunk_sid, ip: "44.248.146.11" });
    if (empties === "twilio_delete_credential") await world.call(empties, { trunk_sid, username: "pbx" });
    const read = async () => wrongRows((await check(world, { trunk_id: trunk_sid, ...args })).findings).filter((row) => row.check === id);
    const [found] = await read();
    expect(found?.repair?.length).toBeGreaterThan(0);
    for (const { tool, arguments: asked } of found?.repair ?? []) {
      const wanted = JSON.parse(JSON.stringify(asked).replaceAll(ASK, says));
      expect(inputSchema((await tools[tool as ToolName]()).default).safeParse(wanted).error).toBeUndefined();
      expect(await world.call(tool, wanted)).toMatchObject({ isError: false });
    }
    expect(await read()).toEqual([]);
  });

  test("nothing of Twilio's own is wrong with a healthy one, and the countries that may be called are told", async () => {
    const { findings, passed, checks } = await healthyReport(dialect);
    expect(wrongRows(findings).filter(({ check: id }) => !/^(dns|sip|machine|net)\./.test(id))).toEqual([]);
    expect(checks).toContain("twilio.geo pass");
    expect(passed.length).toBeGreaterThan(0);
  });

  test.each([
    [false, /^media_encryption = no$/m],
    [true, /^media_encryption = sdes$/m],
  ])("the PBX files of a trunk whose secure is %s encrypt over TLS as it does", async (secure, line) => {
    const trunk_id = await make({ fields: { secure } }, dialect);
    const gateway = "healthy.pstn.twilio.com:5061;transport=tls";
    const { files } = (await world.call("export_pbx_config", { trunk_id, format: "asterisk", gateway })).value;
    const pbx = files.map(({ text }: { text: string }) => text).join("\n");
    expect(pbx).toMatch(line);
    const { findings, checks } = await check(world, { trunk_id, config: pbx });
    expect(checks).toContain("media.srtp pass");
    expect(wrongRows(findings).filter(({ check: id }) => id === "media.srtp")).toEqual([]);
  });
});
