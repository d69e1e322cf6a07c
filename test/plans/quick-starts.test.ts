import { afterEach, describe, expect, test } from "vitest";
import type { Setup } from "../../src/core/carrier/setup.ts";
import { apply, calls, checkSteps, plan, planned, questions, startPlanning } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
afterEach(() => trunkline.close());

const outbound: Setup = {
  provider: "exotel",
  use_case: "outbound",
  trunk: "outbound_trunk",
  numbers: ["+919876543210"],
  ips: ["203.0.113.50"],
};
const inbound: Setup = {
  provider: "exotel",
  use_case: "inbound",
  trunk: "inbound_trunk",
  numbers: ["+911800123456"],
  destinations: ["203.0.113.50:5061;transport=tls"],
};
const streamKit: Setup = {
  provider: "exotel",
  use_case: "voice_ai",
  trunk: "streamkit_trunk",
  numbers: ["+919876543211"],
  ips: ["203.0.113.50/32"],
};
const didww: Setup = {
  provider: "didww",
  use_case: "outbound",
  trunk: "Office",
  ips: ["203.0.113.50"],
  options: { on_cli_mismatch_action: "reject_call", threshold_amount: "50.0", allow_any_did_as_cli: true },
};
const vyom: Setup = {
  provider: "vyom",
  use_case: "outbound",
  trunk: "Twilio Outbound",
  numbers: ["+15550100000"],
  options: {
    trunk_type: "twilio",
    trunk_config: { address: "example.pstn.twilio.com", username: "AC1", password: "env:TRUNKLINE_SECRET_TWILIO" },
  },
};

const cases: [string, Setup, string[]][] = [
  [
    "outbound",
    outbound,
    [
      'exotel_create_trunk {"trunk_name":"outbound_trunk"}',
      'exotel_map_phone_number {"trunk_sid":"outbound_trunk","phone_number":"+919876543210","mode":"pstn"}',
      'exotel_whitelist_ip {"trunk_sid":"outbound_trunk","ip":"203.0.113.50","mask":32}',
    ],
  ],
  [
    "inbound",
    inbound,
    [
      'exotel_create_trunk {"trunk_name":"inbound_trunk"}',
      'exotel_map_phone_number {"trunk_sid":"inbound_trunk","phone_number":"+911800123456"}',
      // The quick start leaves this out, and the service then refuses the destination.
      'exotel_whitelist_ip {"trunk_sid":"inbound_trunk","ip":"203.0.113.50","mask":32}',
      'exotel_add_destination_uris {"trunk_sid":"inbound_trunk","destinations":[{"destination":"203.0.113.50:5061;transport=tls"}]}',
    ],
  ],
  [
    "StreamKit",
    streamKit,
    [
      'exotel_create_trunk {"trunk_name":"streamkit_trunk"}',
      'exotel_map_phone_number {"trunk_sid":"streamkit_trunk","phone_number":"+919876543211","mode":"flow"}',
      'exotel_whitelist_ip {"trunk_sid":"streamkit_trunk","ip":"203.0.113.50","mask":32}',
    ],
  ],
  [
    "DIDWW",
    didww,
    [
      'didww_create_voice_out_trunk {"name":"Office","allowed_sip_ips":["203.0.113.50"],"on_cli_mismatch_action":"reject_call","allow_any_did_as_cli":true,"threshold_amount":"50.0"}',
    ],
  ],
  [
    "Vyom",
    vyom,
    [
      'vyom_create_outbound_trunk {"trunk_name":"Twilio Outbound","trunk_type":"twilio","trunk_config":{"address":"example.pstn.twilio.com","username":"AC1","password":"env:TRUNKLINE_SECRET_TWILIO","numbers":["+15550100000"]}}',
    ],
  ],
];

/** Asks by itself about what the plan has warned of: the documents' number is in no range in use. */
const ASKS_ABOUT_NUMBER = "vyom_create_outbound_trunk";

describe.each(["observed", "documented"])("the documents' quick starts, dialect %s", (dialect) => {
  test.each(cases)("%s: the steps in order, and nothing left once they are done", async (_, setup, expected) => {
    trunkline = await startPlanning({ dialect });
    const { content } = await planned(trunkline, [setup]);
    expect(calls(content.steps)).toEqual(expected);
    await checkSteps(content.steps);
    await apply(trunkline, content.steps, ASKS_ABOUT_NUMBER);
    const again = await planned(trunkline, [setup]);
    expect(again.content.steps).toEqual([]);
    expect(again.content.unchanged.length).toBeGreaterThan(0);
  });

  test("all of them are one plan", async () => {
    trunkline = await startPlanning({ dialect });
    const setups = cases.map(([, setup]) => setup);
    const { content } = await planned(trunkline, setups);
    expect(calls(content.steps)).toEqual(cases.flatMap(([, , expected]) => expected));
    await apply(trunkline, content.steps, ASKS_ABOUT_NUMBER);
    expect((await planned(trunkline, setups)).content.steps).toEqual([]);
    expect((await planned(trunkline, setups, { prune: true })).content.steps).toEqual([]);
  });
});

describe("questions", () => {
  const bare = { provider: "exotel", trunk: "office" } as const;
  test.each<[string, Setup, string[]]>([
    [
      "outbound without anything",
      { ...bare, use_case: "outbound" },
      ["numbers: Outbound calls need a number", "ips: From which static public IPv4 address does the PBX call?"],
    ],
    [
      "inbound without anything",
      { ...bare, use_case: "inbound" },
      ["numbers: Which number do callers dial?", "destinations: Where do inbound calls go"],
    ],
    [
      "voice AI without anything",
      { ...bare, use_case: "voice_ai" },
      ["numbers: Which number belongs to the voice bot?", "ips: From which static public IPv4"],
    ],
    [
      "a number in the national form",
      { ...outbound, numbers: ["09876543210"] },
      ['numbers.0: "09876543210" is not in E.164 form (+, country code, number). Did you mean +919876543210?'],
    ],
    ["a private address", { ...outbound, ips: ["10.0.0.1"] }, ["ips.0: 10.0.0.1 is a private address"]],
    [
      "an address inside a range",
      { ...outbound, ips: ["203.0.113.5/29"] },
      ["ips.0: 203.0.113.5 with mask 29 is an address inside a range"],
    ],
    ["a mask that is too broad", { ...outbound, ips: ["44.0.0.0/8"] }, ["ips.0: /8 is not a mask"]],
    ["no address at all", { ...outbound, ips: ["my office"] }, ['ips.0: "my office" is not an address or range']],
    ["a host name to call from", { ...outbound, ips: ["pbx.example.com"] }, ['ips.0: "pbx.example.com" is a host name']],
    [
      "a destination without transport",
      { ...inbound, destinations: ["203.0.113.50:5061"] },
      ['destinations.0: "203.0.113.50:5061" is not of the form'],
    ],
    [
      "a destination over udp",
      { ...inbound, destinations: ["203.0.113.50:5060;transport=udp"] },
      ["destinations.0: The carrier does not send calls over udp"],
    ],
    [
      "a private destination",
      { ...inbound, destinations: ["192.168.1.5:5061;transport=tls"] },
      ["destinations.0: 192.168.1.5 is a private address"],
    ],
    [
      "a trunk name with blanks",
      { ...outbound, trunk: "my trunk" },
      ['trunk: "my trunk" is not a valid trunk name: 1 to 16 letters, digits and underscores. Did you mean my_trunk?'],
    ],
    [
      "a trunk name that is too long",
      { ...outbound, trunk: "my_very_long_trunk_name" },
      ['trunk: No trunk of Exotel has the id or name "my_very_long_trunk_name". As a new name:'],
    ],
    ["an alias that is no number", { ...outbound, alias: "office" }, ['alias: "office" is not in E.164 form']],
    ["a user name with a dash", { ...outbound, credentials: ["eleven-labs"] }, ['credentials.0: "eleven-labs" is not a valid user name']],
    ["an option that Exotel has not", { ...outbound, options: { colour: "red" } }, ["options.colour: Exotel takes two options"]],
    ["a domain of another carrier", { ...outbound, options: { domain_name: "example.com" } }, ["options.domain_name: A domain is"]],
    ["a carrier that nobody has", { ...outbound, provider: "plivo" }, ['provider: "plivo" is not a carrier']],
    [
      "DIDWW inbound without a destination",
      { provider: "didww", trunk: "desk", use_case: "inbound" },
      ["destinations: Where do calls go", "numbers: Which number do callers dial?"],
    ],
    ["DIDWW by number", { ...didww, numbers: ["+442071234567"] }, ["numbers.0: This DIDWW account has no DID for"]],
    ["DIDWW without a word on caller ids", { ...didww, options: {} }, ["options.on_cli_mismatch_action: What happens to calls"]],
    [
      "DIDWW without addresses",
      { provider: "didww", use_case: "outbound", trunk: "x", options: { on_cli_mismatch_action: "reject_call" } },
      ["ips: From which public addresses"],
    ],
    [
      "DIDWW with fields of Exotel",
      { ...didww, alias: "+442071234567", credentials: ["a"], destinations: ["a.example.com:5061;transport=tls"] },
      ["destinations: A voice out trunk", "alias: DIDWW has no alias", "credentials: DIDWW makes each trunk's login itself"],
    ],
    [
      "a DIDWW attribute of a wrong kind",
      { ...didww, options: { ...didww.options, capacity_limit: "ten", colour: 1 } },
      ["options.capacity_limit: expected", 'options.colour: DIDWW\'s voice out trunks have no attribute "colour"'],
    ],
    ["a DIDWW private address", { ...didww, ips: ["10.1.1.1"] }, ["ips.0: 10.1.1.1 is a private address"]],
    [
      "a DIDWW trunk named like an id",
      { ...didww, trunk: "7b6a7d0e-3f0f-4b57-8e0c-0d1d8c1f6f5a" },
      ["trunk: No trunk of DIDWW has the id or name"],
    ],
    ["Vyom voice AI", { ...vyom, use_case: "voice_ai" }, ["use_case: Vyom's trunks place calls only"]],
    ["Vyom with addresses", { ...vyom, ips: ["203.0.113.50"] }, ["ips: Vyom keeps no list of addresses"]],
    ["Vyom without a type", { provider: "vyom", use_case: "outbound", trunk: "x" }, ["options.trunk_type: Over which carrier"]],
    [
      "Vyom without its configuration",
      { provider: "vyom", use_case: "outbound", trunk: "x", options: { trunk_type: "exotel" } },
      ["options.trunk_config.exotel_number: trunk_type exotel needs exotel_number"],
    ],
    [
      "Vyom exotel with two numbers",
      {
        provider: "vyom",
        use_case: "outbound",
        trunk: "x",
        numbers: ["+918044319240", "+918044319241"],
        options: { trunk_type: "exotel" },
      },
      ["numbers: A trunk of type exotel has one number"],
    ],
  ])("%s", async (_, setup, expected) => {
    trunkline = await startPlanning();
    const said = questions(await plan(trunkline, [setup]));
    expect(said.map((text, index) => text.slice(0, expected[index]?.length ?? 0))).toEqual(expected);
    expect(trunkline.sandbox.seen.filter(({ effect }) => effect === "write")).toEqual([]);
  });

  test("a password written out is refused, and not repeated", async () => {
    trunkline = await startPlanning();
    const config = { address: "example.pstn.twilio.com", username: "AC1", password: "hunter2hunter2" };
    const made = await plan(trunkline, [{ ...vyom, options: { trunk_type: "twilio", trunk_config: config } }]);
    expect(questions(made)).toEqual([expect.stringMatching(/^options\.trunk_config\.password: .*env:TRUNKLINE_SECRET_/)]);
    expect(JSON.stringify(made)).not.toContain("hunter2");
  });

  test("an example address is a question where a real carrier would answer", async () => {
    trunkline = await startPlanning();
    expect(questions(await plan(trunkline, [outbound], { sandbox: false }))).toEqual([
      expect.stringMatching(/^ips\.0: 203\.0\.113\.50 is a documentation address/),
    ]);
  });
});
