import { afterEach, describe, expect, test } from "vitest";
import { twilioSandboxAccount } from "../../src/providers/twilio/emulator/account.ts";
import { twilioEmulator } from "../../src/providers/twilio/emulator.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { planned, plan as planOf, questions, startPlanning } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
afterEach(() => trunkline.close());

const domain_name = "quick-start.pstn.twilio.com";
const base = { provider: "twilio", trunk: "quick start" };
const termination = { ...base, use_case: "outbound" as const, ips: ["203.0.113.50"], options: { domain_name } };
const withLogin = { ...base, use_case: "outbound" as const, credentials: ["pbx"], options: { domain_name } };
const origination = {
  ...base,
  use_case: "inbound" as const,
  numbers: ["+12025550110"],
  destinations: ["sip.example.com:5061;transport=tls"],
};
const both = { ...origination, use_case: "outbound" as const, ips: termination.ips, options: { domain_name } };
const voiceAi = {
  ...base,
  use_case: "voice_ai" as const,
  numbers: ["+12025550110"],
  destinations: ["acme.sip.livekit.cloud;transport=tcp"],
};

async function start(dialect: string) {
  trunkline = await startPlanning({ providers: [twilio], dialect });
  return async (tool: string, args: Record<string, unknown>) => {
    const { isError, value } = await trunkline.call(tool, args);
    expect(isError, `${tool}: ${JSON.stringify(value)}`).toBe(false);
    return value;
  };
}

/** The work of somebody else on a number in Twilio's console. */
async function setWebAddress(number: string, VoiceUrl: string) {
  const { sid, key, secret } = twilioSandboxAccount;
  const numbers = `${trunkline.sandbox.urlOf("twilio")}/api/2010-04-01/Accounts/${sid}/IncomingPhoneNumbers`;
  const headers = { authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}` };
  const found = (await (await fetch(`${numbers}.json?PhoneNumber=${encodeURIComponent(number)}`, { headers })).json()) as {
    incoming_phone_numbers: { sid: string }[];
  };
  const changed = await fetch(`${numbers}/${found.incoming_phone_numbers[0]?.sid}.json`, {
    method: "POST",
    headers,
    body: new URLSearchParams({ VoiceUrl }),
  });
  expect(changed.status).toBe(200);
}

describe.each(twilioEmulator.dialects)("Twilio's own quick starts in three calls, dialect %s", (dialect) => {
  test.each([
    ["termination by address", termination, ["twilio_create_trunk", "twilio_allow_ip"], /quick-start\.pstn\.twilio\.com/],
    ["termination by login", withLogin, ["twilio_create_trunk", "twilio_create_credential"], /quick-start\.pstn\.twilio\.com/],
    ["origination", origination, ["twilio_create_trunk", "twilio_add_origination_url", "twilio_assign_phone_number"], /54\.172\.60\.0/],
    [
      "both",
      both,
      ["twilio_create_trunk", "twilio_allow_ip", "twilio_add_origination_url", "twilio_assign_phone_number"],
      /quick-start\.pstn\.twilio\.com/,
    ],
    ["voice AI", voiceAi, ["twilio_create_trunk", "twilio_add_origination_url", "twilio_assign_phone_number"], /54\.172\.60\.0/],
  ])("%s", async (_, setup, tools, inFile) => {
    const call = await start(dialect);
    const { plan_id, steps, approval_needed } = await call("plan_trunk", setup);
    expect(steps.map(({ tool }: { tool: string }) => tool)).toEqual(tools);
    expect(approval_needed).toBe(false);
    expect((await call("apply_plan", { plan_id })).state).toBe("done");
    const { files } = await call("export_pbx_config", { provider: "twilio", trunk_id: "quick start", format: "asterisk" });
    expect(files.map(({ text }: { text?: string }) => text ?? "").join("\n")).toMatch(inFile);
    expect(trunkline.asked).toEqual([]);
    for (const options of [{}, { prune: true }]) expect((await planned(trunkline, [setup], options)).content.steps).toEqual([]);
  });

  test("an address and a login on a new trunk are one plan, which says that both are asked for", async () => {
    const call = await start(dialect);
    const { plan_id, warnings } = await call("plan_trunk", { ...termination, credentials: ["pbx"] });
    expect(warnings.join(" ")).toContain("a call needs an allowed address and a login");
    expect((await call("apply_plan", { plan_id })).state).toBe("done");
    const { trunk } = await call("get_trunk", { trunk_id: "quick start" });
    expect(trunk).toMatchObject({ whitelisted_ips: [{ ip: "203.0.113.50" }], credentials: [{ user_name: "pbx" }] });
  });

  test("a number with a web address, or an application, waits for a person who is told of it", async () => {
    const call = await start(dialect);
    const { plan_id, approval_needed } = await call("plan_trunk", { ...origination, numbers: ["+12025550113", "+12025550114"] });
    expect(approval_needed).toBe(true);
    expect((await call("apply_plan", { plan_id })).state).toBe("done");
    expect(trunkline.asked).toHaveLength(1);
    expect(trunkline.asked[0]).toContain('its web address "https://example.com/voice" is no longer asked');
    expect(trunkline.asked[0]).toMatch(/its application AP\w+ is removed from it for good/);
  });

  test("a number that got a web address after the plan was made is left alone", async () => {
    const call = await start(dialect);
    const { plan_id } = await call("plan_trunk", origination);
    await setWebAddress("+12025550110", "https://example.com/new");
    const { state, ...rest } = await call("apply_plan", { plan_id });
    expect({ state, said: JSON.stringify(rest) }).toEqual({
      state: "partial",
      said: expect.stringContaining("https://example.com/new"),
    });
    expect((await call("get_trunk", { trunk_id: "quick start" })).trunk.phone_numbers).toEqual([]);
  });

  test("a number of another trunk comes over, in a plan that a person agreed to, and goes back by its undo", async () => {
    const call = await start(dialect);
    await call("apply_plan", { plan_id: (await call("plan_trunk", origination)).plan_id });
    const moving = { ...origination, trunk: "second" };
    const { plan_id, approval_needed } = await call("plan_trunk", moving);
    expect(approval_needed).toBe(true);
    const { state } = await call("apply_plan", { plan_id });
    expect(state).toBe("done");
    expect((await call("get_trunk", { trunk_id: "second" })).trunk.phone_numbers).toMatchObject([{ phone_number: "+12025550110" }]);
    expect((await call("get_trunk", { trunk_id: "quick start" })).trunk.phone_numbers).toEqual([]);
  });

  test("settings, a switched-off URL and a removal are planned, and nothing is left of them", async () => {
    const call = await start(dialect);
    await call("apply_plan", { plan_id: (await call("plan_trunk", both)).plan_id });
    const { trunk } = await call("get_trunk", { trunk_id: "quick start" });
    await call("twilio_update_origination_url", { trunk_sid: trunk.trunk_id, destination: "sip.example.com", enabled: false });
    const changed = {
      ...both,
      ips: ["203.0.113.51"],
      remove: ["203.0.113.50"],
      new_name: "renamed",
      options: { domain_name, secure: true, recording_mode: "record-from-answer" },
    };
    const made = await call("plan_trunk", changed);
    expect(made.steps.map(({ tool }: { tool: string }) => tool)).toEqual([
      "twilio_update_trunk",
      "twilio_allow_ip",
      "twilio_update_origination_url",
      "twilio_remove_ip",
    ]);
    expect(made.approval_needed).toBe(true);
    const applied = await call("apply_plan", { plan_id: made.plan_id });
    expect(applied.failed).toBeUndefined();
    const again = { ...changed, trunk: "renamed", new_name: undefined, remove: undefined };
    expect((await planned(trunkline, [JSON.parse(JSON.stringify(again))])).content.steps).toEqual([]);
  });
});

describe("questions", () => {
  test.each([
    [
      "outbound without anything",
      { ...base, use_case: "outbound" as const },
      ["options.domain_name: To which domain", "ips: From which static public IPv4 address"],
    ],
    [
      "inbound without anything",
      { ...base, use_case: "inbound" as const },
      ["numbers: Which number", "destinations: Where do calls in go"],
    ],
    ["a number of nobody's", { ...origination, numbers: ["+12025550199"] }, ["numbers.0: This Twilio account has no number"]],
    ["a foreign domain", { ...termination, options: { domain_name: "sip.example.com" } }, ["options.domain_name: "]],
    ["a private address", { ...termination, ips: ["10.0.0.1"] }, ["ips.0: 10.0.0.1 is a private address"]],
    [
      "an option that it does not have",
      { ...termination, options: { domain_name, colour: "red" } },
      ["options.colour: A Twilio trunk has no"],
    ],
    ["an alias", { ...termination, alias: "+12025550110" }, ["alias: A Twilio trunk has no alias"]],
  ])("%s", async (_, setup, expected) => {
    await start("observed");
    const asked = questions(await planOf(trunkline, [setup]));
    expect(asked.map((question, index) => question.slice(0, expected[index]?.length))).toEqual(expected);
  });
});
