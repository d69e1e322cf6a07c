import { afterEach, describe, expect, test } from "vitest";
import { providers } from "../../src/providers/index.ts";
import type { Era } from "../support/trunkline.ts";
import { startPlanning } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
afterEach(() => trunkline.close());

const plan = async (wanted: Record<string, unknown>) => (await trunkline.call("plan_trunk", wanted)).value;
const outbound = { provider: "exotel", use_case: "outbound" };
const office = { ...outbound, trunk: "office", numbers: ["+918044319240"], ips: ["44.248.146.11"] };
async function withOffice() {
  trunkline = await startPlanning();
  await trunkline.call("apply_plan", { plan_id: (await plan(office)).plan_id });
}

describe("what is left out is asked, all at once", () => {
  test("a new trunk of which only the use is known: with the trunks there are, a free name, and how answers are written", async () => {
    await withOffice();
    const { questions, next, plan_id } = await plan(outbound);
    expect(plan_id).toBeUndefined();
    expect(questions).toMatchObject([
      { field: "trunk", candidates: ["office", "outbound (new)"], format: "1 to 16 letters, digits and underscores" },
      { field: "numbers", format: "E.164, like +918044319240" },
      { field: "ips", format: "44.248.146.11, or a range like 44.248.146.8/29" },
    ]);
    expect(next).toEqual([expect.stringContaining("Ask the person all of this in one message")]);
  });

  test("a trunk by its name alone, where one carrier has it; else the carrier", async () => {
    await withOffice();
    expect((await plan({ trunk: "office", ips: ["44.248.146.12"] })).steps).toHaveLength(1);
    expect((await plan({ trunk: "nobodys" })).questions).toMatchObject([{ field: "provider", candidates: providers.map(({ id }) => id) }]);
    expect((await plan({})).questions).toMatchObject([{ field: "provider" }]);
    // A trunk of this name may be there as well, and be the one that is meant.
    trunkline.sandbox.script({ kind: "status", provider: "vyom", status: 500, times: 9 });
    const { questions, plan_id } = await plan({ trunk: "office", ips: ["44.248.146.12"] });
    expect(plan_id).toBeUndefined();
    expect(questions).toMatchObject([{ question: expect.stringContaining("Vyom could not be asked."), candidates: ["exotel", "vyom"] }]);
  });

  test("the use of a new trunk, where the carrier's trunks differ in it; never that of one that is there", async () => {
    await withOffice();
    expect((await plan({ provider: "exotel", trunk: "fresh", ips: ["44.248.146.12"] })).questions).toMatchObject([
      { field: "use_case", candidates: ["outbound", "inbound", "voice_ai"] },
    ]);
    expect((await plan({ provider: "exotel", trunk: "office", ips: ["44.248.146.12"] })).questions).toBeUndefined();
    expect((await plan({ provider: "vyom", trunk: "fresh", numbers: ["+918044319240"] })).questions).toMatchObject([
      { field: "options.trunk_type", candidates: ["twilio", "exotel"] },
    ]);
  });
});

test.each([
  ["exotel", "outbound", "mode"],
  ["didww", "outbound", "threshold_amount"],
  ["didww", "inbound", "media_encryption_mode"],
  ["vyom", "outbound", "trunk_config"],
  ["livekit", "inbound", "agent_name"],
  ["telnyx", "outbound", "countries"],
  ["twilio", "outbound", "domain_name"],
])("an option that %s does not have (%s) is answered with those that it has", async (provider, use_case, option) => {
  trunkline = await startPlanning();
  const { questions } = await plan({ provider, use_case, trunk: "fresh", options: { no_such_key: 1 } });
  const asked = questions.find(({ field }: { field: string }) => field === "options.no_such_key");
  expect(asked?.question).toMatch(new RegExp(`\\b${option}\\b`));
  expect(asked.question).not.toMatch(/\b(name|allowed_sip_ips)\b/);
});

test("a number in groups is the number", async () => {
  await withOffice();
  const { unchanged } = await plan({ ...office, numbers: ["+91 80 4431-9240"] });
  expect(unchanged).toContainEqual(expect.objectContaining({ kind: "number", values: ["+918044319240"] }));
});

test("new trunks beside a new one have its options, unless they have their own; trunks that are there have not", async () => {
  trunkline = await startPlanning();
  const first = {
    provider: "didww",
    trunk: "one",
    ips: ["44.248.146.11"],
    options: { on_cli_mismatch_action: "reject_call", capacity_limit: 5 },
  };
  await trunkline.call("apply_plan", { plan_id: (await plan({ ...first, trunk: "there" })).plan_id });
  const { steps } = await plan({
    ...{ ...first, options: { ...first.options, capacity_limit: 9 } },
    also: [
      { provider: "didww", trunk: "two", ips: ["44.248.146.12"] },
      { provider: "didww", trunk: "three", ips: ["44.248.146.13"], options: { on_cli_mismatch_action: "replace_cli" } },
      { provider: "didww", trunk: "there", ips: ["44.248.146.14"] },
    ],
  });
  expect(steps.map(({ arguments: given }: { arguments: Record<string, unknown> }) => [given["name"], given["capacity_limit"]])).toEqual([
    ["one", 9],
    ["two", 9],
    ["three", undefined],
    [undefined, undefined],
  ]);
});

test("a new trunk is said with its addresses, limits and rules, and without a login", async () => {
  trunkline = await startPlanning();
  const options = { on_cli_mismatch_action: "reject_call", threshold_amount: "50.0" };
  expect((await plan({ provider: "didww", trunk: "one", ips: ["44.248.146.11"], options })).summary).toEqual([
    'Create trunk "one" on DIDWW: allowed_sip_ips 44.248.146.11; on_cli_mismatch_action reject_call; threshold_amount 50.0.',
  ]);
  const config = { address: "example.pstn.twilio.com", username: "AC1", password: "env:TRUNKLINE_SECRET_TWILIO" };
  const { summary } = await plan({
    ...{ provider: "vyom", trunk: "two", numbers: ["+14155552671"] },
    options: { trunk_type: "twilio", trunk_config: config },
  });
  expect(summary).toEqual([
    'Create trunk "two" on Vyom (trunk_type twilio; address example.pstn.twilio.com; numbers +14155552671); nothing of it can be changed later.',
  ]);
});

/** Every field that is listed, as a strict client sends those that the model left out. */
function nulls(schema: { properties?: Record<string, { type?: string; properties?: object }> }): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, field]) => [name, field.type === "object" ? nulls(field as typeof schema) : null]),
  );
}

test("the number of a trunk over Exotel is one in both spellings", async () => {
  trunkline = await startPlanning();
  const given = (exotel_number: string) => ({
    ...{ provider: "vyom", trunk: "calls", numbers: ["+918044319240"] },
    options: { trunk_type: "exotel", trunk_config: { exotel_number } },
  });
  expect((await plan(given("08044319240"))).steps).toMatchObject([{ arguments: { trunk_config: { exotel_number: "08044319240" } } }]);
  expect((await plan(given("08044319241"))).questions).toMatchObject([{ field: "numbers" }]);
});

describe.each<Era>(["v1", "v2"])("a client that converts schemas strictly, %s", (era) => {
  test("finds the fields of options and of further trunks, and is understood when it sends all of them", async () => {
    trunkline = await startPlanning({ era });
    const { tools } = await trunkline.client.listTools();
    const schema = tools.find(({ name }) => name === "plan_trunk")?.inputSchema as Parameters<typeof nulls>[0];
    const { options, also } = schema.properties as Record<string, { properties?: object; items?: Parameters<typeof nulls>[0] }>;
    expect(Object.keys(options?.properties ?? {}).length).toBeGreaterThan(5);
    expect(Object.keys(also?.items?.properties ?? {}).length).toBeGreaterThan(5);
    const second = { ...nulls(also?.items ?? {}), ...office, trunk: "second", numbers: ["+918044319241"] };
    const { steps, questions } = await plan({ ...nulls(schema), ...office, also: [second] });
    expect(questions).toBeUndefined();
    expect(steps).toHaveLength(6);
  });
});

describe("an account of any size", () => {
  test.each([1, 10, 100])("with %s trunks, a plan for one number costs no more", async (trunks) => {
    trunkline = await startPlanning();
    for (let index = 0; index < trunks; index++) await trunkline.call("exotel_create_trunk", { trunk_name: `t${index}` });
    const before = trunkline.sandbox.seen.length;
    await plan({ provider: "exotel", trunk: "t0", numbers: ["+918044319240"] });
    const ofNamed = trunkline.sandbox.seen.length - before;
    await plan(office);
    expect([ofNamed, trunkline.sandbox.seen.length - before - ofNamed]).toEqual([trunks === 1 ? 7 : 8, 2]);
  });
});
