import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startPlanning } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
const call = async (tool: string, given: Record<string, unknown>) => {
  const { isError, value } = await trunkline.call(tool, given);
  expect(isError, `${tool}: ${JSON.stringify(value)}`).toBe(false);
  return value;
};

/** An office with a profile, a bot that is called by its host name, and a desk that registers. */
beforeEach(async () => {
  trunkline = await startPlanning();
  const connection = (connection_name: string, more: object) => call("telnyx_create_connection", { connection_name, ...more });
  const assign = (connection_id: string, phone_number: string) => call("telnyx_assign_phone_number", { connection_id, phone_number });
  const countries = { whitelisted_destinations: ["CA", "GB", "US"], daily_spend_limit: "50.00" };
  await call("telnyx_create_outbound_voice_profile", { name: "office", ...countries });
  await connection("chicago_bot", { connection_type: "fqdn", outbound_voice_profile_id: "office" });
  await call("telnyx_add_address", { connection_id: "chicago_bot", fqdn: "bot.example.com", port: 5060 });
  await assign("chicago_bot", "+13125550142");
  await connection("night_desk", { connection_type: "credential", user_name: "nightdesk" });
  await assign("night_desk", "+442079460143");
});
afterEach(() => trunkline.close());

/** A line as a person says it: a number that rings at a PBX, which logs in for calls out. */
const line = {
  provider: "telnyx",
  use_case: "outbound",
  trunk: "miami",
  numbers: ["+4930901820144"],
  destinations: ["pbx.example.com:5061;transport=tls"],
  credentials: ["miami1"],
};

describe("the first login of a connection that the same plan makes", () => {
  test("replaces nothing: nobody is asked, and it is said after the creation", async () => {
    const { plan_id, summary, steps, approval_needed } = await call("plan_trunk", line);
    const said: string[] = summary;
    const [creation, login] = ["Create trunk", "Set the login miami1"].map((start) => said.findIndex((one) => one.startsWith(start)));
    expect(creation).toBeGreaterThanOrEqual(0);
    expect(login).toBeGreaterThan(creation ?? 0);
    expect(said.join(" ")).not.toMatch(/stops working|are refused/);
    const step = steps.find(({ tool }: { tool: string }) => tool === "telnyx_set_login");
    expect(step).toMatchObject({ effect: "change" });
    expect(step).not.toHaveProperty("exposure");
    expect(approval_needed).toBe(steps.some(({ exposure }: { exposure?: string }) => exposure !== undefined));
    expect((await call("apply_plan", { plan_id })).state).toBe("done");
  });

  test("on a connection that is there, whose hosts call by address, it asks", async () => {
    const { summary, approval_needed } = await call("plan_trunk", { provider: "telnyx", trunk: "chicago_bot", credentials: ["miami1"] });
    expect(approval_needed).toBe(true);
    expect(summary.join(" ")).toContain("Callers who use the old value are refused.");
  });

  test("that of a connection that has one is another", async () => {
    const { summary, approval_needed } = await call("plan_trunk", { provider: "telnyx", trunk: "night_desk", credentials: ["miami1"] });
    expect(approval_needed).toBe(true);
    expect(summary.join(" ")).toContain('The login "nightdesk" stops working at once.');
  });
});

describe("the outbound voice profile of a line that calls out", () => {
  const said = ({ summary, warnings = [] }: { summary: string[]; warnings?: string[] }) => [...summary, ...warnings].join("\n");

  test("the only one that there is: the plan says where it lets calls go, for how much, and how to have another", async () => {
    const made = await call("plan_trunk", line);
    const words = 'outbound voice profile "office" (to CA, GB, US; 50.00 US dollars a day; 10 calls at once)';
    expect(made.summary[0]).toContain(words);
    expect(made.warnings.join("\n")).toContain(words);
    expect(made.warnings.join("\n")).toMatch(/options\.countries.*options\.daily_limit/);
    expect(said(made)).not.toContain("outbound_voice_profile_id");
  });

  test.each([
    [{ countries: ["US", "CA"] }, "to CA, US; 100.00 US dollars a day; 10 calls at once"],
    [{ countries: "us, ca", daily_limit: 20 }, "to CA, US; 20.00 US dollars a day; 10 calls at once"],
    [{ whitelisted_destinations: ["CA", "US"], daily_spend_limit: "20" }, "to CA, US; 20.00 US dollars a day; 10 calls at once"],
  ])("countries or limits make one of its own: %j", async (options, words) => {
    const made = await call("plan_trunk", { ...line, options });
    expect(made.summary[0]).toContain(`outbound voice profile "miami" (${words})`);
    expect(made.steps[0].tool).toBe("telnyx_create_outbound_voice_profile");
    expect((await call("apply_plan", { plan_id: made.plan_id })).state).toBe("done");
    expect((await call("get_trunk", { trunk_id: "miami" })).trunk.attributes).toMatchObject({ whitelisted_destinations: ["CA", "US"] });
    expect((await call("plan_trunk", { ...line, options })).steps).toEqual([]);
  });

  test("one that is there with other limits is neither changed nor taken in silence", async () => {
    const options = { outbound_voice_profile: "office", countries: ["US", "CA"] };
    const { questions } = await call("plan_trunk", { ...line, options });
    expect(questions).toMatchObject([{ field: "options.countries", question: expect.stringContaining("to CA, GB, US; 50.00") }]);
  });

  test.each(["outbound_voice_profile", "outbound_voice_profile_id"])("is named by %s", async (option) => {
    const made = await call("plan_trunk", { ...line, options: { [option]: "office" } });
    expect(made.summary[0]).toContain('outbound voice profile "office"');
    expect(made.warnings.join("\n")).not.toContain("the only one");
  });

  test("a key that there is not is answered with those that there are", async () => {
    const { questions } = await call("plan_trunk", { ...line, options: { allowed_countries: ["US"] } });
    expect(questions).toMatchObject([{ field: "options.allowed_countries" }]);
    expect(questions[0].question).toMatch(/countries, daily_limit, .*outbound_voice_profile, concurrent_call_limit/);
    expect(questions[0].question).not.toMatch(/whitelisted_destinations|daily_spend_limit/);
  });
});
