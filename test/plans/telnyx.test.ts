import { afterEach, describe, expect, test } from "vitest";
import type { Setup } from "../../src/core/carrier/setup.ts";
import { apply, calls, checkSteps, planned, startPlanning } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
afterEach(() => trunkline.close());

/** The carrier's quick starts: a PBX that calls out from its address, one that is called by name, and one that registers. */
const termination: Setup = {
  provider: "telnyx",
  use_case: "outbound",
  trunk: "Office PBX",
  numbers: ["+13125550141"],
  ips: ["203.0.113.50"],
  options: { daily_spend_limit: "50.00" },
};
const origination: Setup = {
  provider: "telnyx",
  use_case: "inbound",
  trunk: "Front desk",
  numbers: ["+13125550142"],
  destinations: ["sip.example.com:5061;transport=tls"],
};
const registering: Setup = {
  provider: "telnyx",
  use_case: "outbound",
  trunk: "Home office",
  numbers: ["+442079460143"],
  credentials: ["homeoffice"],
  options: { daily_spend_limit: "20", concurrent_call_limit: 2 },
};
const bot: Setup = {
  provider: "telnyx",
  use_case: "voice_ai",
  trunk: "Voice bot",
  numbers: ["+4930901820144"],
  destinations: ["bot.example.com:5060;transport=tcp"],
  credentials: ["voicebot"],
};

const limits = (name: string, spend: string, calls: number) =>
  `"profile":{"profile_name":"${name}","profile_enabled":true,"concurrent_call_limit":${calls},"daily_spend_limit":"${spend}","max_destination_rate":null,"whitelisted_destinations":["CA","US"],"call_recording_type":"none"}`;

const cases: [string, Setup, string[]][] = [
  [
    "termination",
    termination,
    [
      'telnyx_create_outbound_voice_profile {"name":"Office PBX","daily_spend_limit":"50.00"}',
      `telnyx_create_connection {"connection_name":"Office PBX","connection_type":"ip","outbound_voice_profile_id":"Office PBX",${limits("Office PBX", "50.00", 10)}}`,
      'telnyx_add_address {"connection_id":"Office PBX","ip_address":"203.0.113.50","port":5060}',
      'telnyx_assign_phone_number {"connection_id":"Office PBX","phone_number":"+13125550141"}',
    ],
  ],
  [
    "origination",
    origination,
    [
      'telnyx_create_connection {"connection_name":"Front desk","connection_type":"fqdn","inbound":{"ani_number_format":"+E.164","dnis_number_format":"+e164"},"transport_protocol":"TLS"}',
      'telnyx_add_address {"connection_id":"Front desk","fqdn":"sip.example.com","port":5061}',
      'telnyx_assign_phone_number {"connection_id":"Front desk","phone_number":"+13125550142"}',
    ],
  ],
  [
    "both, by registering",
    registering,
    [
      'telnyx_create_outbound_voice_profile {"name":"Home office","daily_spend_limit":"20","concurrent_call_limit":"2"}',
      `telnyx_create_connection {"connection_name":"Home office","connection_type":"credential","outbound_voice_profile_id":"Home office",${limits("Home office", "20.00", 2)},"user_name":"homeoffice"}`,
      'telnyx_assign_phone_number {"connection_id":"Home office","phone_number":"+442079460143"}',
    ],
  ],
  [
    "a voice bot",
    bot,
    [
      'telnyx_create_connection {"connection_name":"Voice bot","connection_type":"fqdn","inbound":{"ani_number_format":"+E.164","dnis_number_format":"+e164"},"transport_protocol":"TCP"}',
      'telnyx_add_address {"connection_id":"Voice bot","fqdn":"bot.example.com","port":5060}',
      'telnyx_set_login {"connection_id":"Voice bot","user_name":"voicebot"}',
      'telnyx_assign_phone_number {"connection_id":"Voice bot","phone_number":"+4930901820144"}',
    ],
  ],
];

describe.each(["observed", "documented", "strict"])("the carrier's quick starts, dialect %s", (dialect) => {
  test.each(cases)("%s: the steps in order, and nothing left once they are done", async (_, setup, expected) => {
    trunkline = await startPlanning({ dialect });
    const { content } = await planned(trunkline, [setup]);
    expect(calls(content.steps)).toEqual(expected);
    await checkSteps(content.steps);
    await apply(trunkline, content.steps, "telnyx_set_login");
    const again = await planned(trunkline, [setup]);
    expect(again.content.steps).toEqual([]);
    expect(again.content.unchanged.length).toBeGreaterThan(0);
  });

  test("all of them are one plan, which three calls make whole", async () => {
    trunkline = await startPlanning({ dialect });
    const [first, ...also] = cases.map(([, setup]) => setup);
    const made = await trunkline.call("plan_trunk", { ...first, also });
    const applied = await trunkline.call("apply_plan", { plan_id: made.value.plan_id });
    expect(applied.value).toMatchObject({ state: "done" });
    const exported = await trunkline.call("export_pbx_config", { provider: "telnyx", trunk_id: "Office PBX", format: "asterisk" });
    expect(exported.isError, JSON.stringify(exported.value)).toBe(false);
    const setups = cases.map(([, setup]) => setup);
    expect((await planned(trunkline, setups)).content.steps).toEqual([]);
    expect((await planned(trunkline, setups, { prune: true })).content.steps).toEqual([]);
  });
});
