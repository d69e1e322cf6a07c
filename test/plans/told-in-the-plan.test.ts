import { afterEach, describe, expect, test } from "vitest";
import { raw } from "../check/setup.ts";
import { startPlanning } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
afterEach(() => trunkline.close());

const plan = async (wanted: Record<string, unknown>) => (await trunkline.call("plan_trunk", { provider: "exotel", ...wanted })).value;
const apply = async (wanted: Record<string, unknown>) => {
  const { value } = await trunkline.call("apply_plan", { plan_id: (await plan(wanted)).plan_id });
  expect(value.state).toBe("done");
};
const office = { use_case: "outbound", trunk: "office", numbers: ["+918044319240"], ips: ["44.248.146.11"] };
const here = "sip.example.com:5061;transport=tls";
const there = "backup.example.com:5061;transport=tls";

describe("an empty list is an answer", () => {
  test.each([
    ["outbound", { numbers: [], ips: ["44.248.146.11"] }, "No numbers, as asked for: outbound calls do not pass until there are some."],
    ["outbound", { numbers: ["+918044319240"], ips: [] }, "No addresses, as asked for: outbound calls do not pass until there are some."],
    ["inbound", { numbers: [], destinations: [here] }, "No numbers, as asked for: inbound calls do not pass until there are some."],
  ])("a new %s trunk with %j is planned, and warned about", async (use_case, parts, warning) => {
    trunkline = await startPlanning();
    const { questions, steps, warnings } = await plan({ use_case, trunk: "fresh", ...parts });
    expect([questions, warnings]).toEqual([undefined, [warning]]);
    expect(steps).toHaveLength(2);
  });

  test("what is left out is asked, with how to say none", async () => {
    trunkline = await startPlanning();
    const { questions } = await plan({ use_case: "outbound", trunk: "fresh", ips: ["44.248.146.11"] });
    expect(questions).toMatchObject([{ field: "numbers", question: expect.stringContaining("For none yet, pass numbers: [].") }]);
  });
});

describe("a trunk for calls out and in", () => {
  const both = { ...office, destinations: [here] };

  test("is one setup: outbound, with destinations", async () => {
    trunkline = await startPlanning();
    const { steps, next } = await plan(both);
    expect(steps).toHaveLength(4);
    expect(next).toEqual([expect.stringContaining("make a flow whose Connect applet dials")]);
    await apply(both);
    // Nothing is to do, so there is nothing for a person either.
    expect(await plan(both)).not.toHaveProperty("next");
  });

  test("is asked about each thing once", async () => {
    trunkline = await startPlanning();
    const { questions } = await plan({ use_case: "outbound", trunk: "both", destinations: [here] });
    expect(questions.map(({ field }: { field: string }) => field)).toEqual(["numbers", "ips"]);
  });
});

test("a move says which of its two trunks each reason means; of one trunk nothing is said twice", async () => {
  trunkline = await startPlanning();
  await apply(office);
  await apply({ use_case: "outbound", trunk: "support", numbers: [], ips: ["44.248.146.12"] });
  const { summary } = await plan({ trunk: "support", numbers: ["+918044319240"] });
  expect(summary).toEqual([
    expect.stringContaining('"office": Number +918044319240 is taken off: its calls no longer go over the trunk (mode pstn).'),
    expect.stringContaining('"support": Number +918044319240: its calls go over the trunk (mode pstn). They no longer go over "office".'),
  ]);
  expect((await plan({ trunk: "office", remove: ["+918044319240"] })).summary[0].split('"office"')).toHaveLength(2);
});

test("a trunk whose only number the same plan gives away is asked for another", async () => {
  trunkline = await startPlanning();
  await apply(office);
  const also = [{ provider: "exotel", trunk: "office", use_case: "outbound", ips: ["44.248.146.12"] }];
  const { questions, plan_id } = await plan({
    trunk: "support",
    use_case: "outbound",
    numbers: ["+918044319240"],
    ips: ["44.248.146.13"],
    also,
  });
  expect(plan_id).toBeUndefined();
  expect(questions).toMatchObject([{ field: "also.0.numbers" }]);
});

describe("what goes last is warned of", () => {
  test.each([
    ["the last caller", ["44.248.146.11"], '"office": Outbound calls stop at once.'],
    ["the last destination", [here], '"office": Inbound calls stop at once.'],
    ["the last number", ["+918044319240"], '"office": Outbound calls stop at once.'],
  ])("%s of a trunk", async (_, remove, warning) => {
    trunkline = await startPlanning();
    await apply({ ...office, destinations: [here] });
    expect((await plan({ trunk: "office", remove })).warnings).toEqual([warning]);
  });

  test("the last caller of a trunk that has no number, or a voice bot's", async () => {
    trunkline = await startPlanning();
    await apply({ ...office, trunk: "bare", numbers: [] });
    await apply({ ...office, use_case: "voice_ai", trunk: "bot" });
    for (const trunk of ["bare", "bot"])
      expect((await plan({ trunk, remove: ["44.248.146.11"] })).warnings).toEqual([`"${trunk}": Nobody may place calls over it any more.`]);
  });

  test("where the carrier does not list all logins, nobody says that the last is gone", async () => {
    trunkline = await startPlanning({ dialect: "documented" });
    await apply({ ...office, trunk: "bare", numbers: [] });
    expect(await plan({ trunk: "bare", remove: ["44.248.146.11"] })).not.toHaveProperty("warnings");
  });

  test("one of two is not", async () => {
    trunkline = await startPlanning();
    await apply({ ...office, ips: ["44.248.146.11", "44.248.146.12"] });
    expect(await plan({ trunk: "office", remove: ["44.248.146.11"] })).not.toHaveProperty("warnings");
  });
});

test("several repairs of a check lead to one plan", async () => {
  trunkline = await startPlanning();
  await apply(office);
  const check = async (more: object) =>
    (await trunkline.call("check_trunk", { trunk_id: "office", pbx_ip: "44.248.146.99", ...more })).value;
  const { findings, warnings } = await check({ phone_number: "+918044319241" });
  expect(findings.filter(({ repair }: { repair?: unknown }) => repair !== undefined)).toHaveLength(2);
  expect(warnings).toEqual([expect.stringMatching(/^plan_trunk makes several repairs one plan\./)]);
  expect(await check({})).not.toHaveProperty("warnings");
});

describe("several destinations", () => {
  const none = "None of the 2 destinations comes first, in whichever order they are listed: all have priority 0";

  test("a plan and a check say that none is tried first", async () => {
    trunkline = await startPlanning();
    expect((await plan({ use_case: "inbound", trunk: "desk", numbers: ["+918044319240"], destinations: [here] })).warnings).toBeUndefined();
    const wanted = { use_case: "inbound", trunk: "desk", numbers: ["+918044319240"], destinations: [here, there] };
    expect((await plan(wanted)).warnings).toEqual([expect.stringContaining(none)]);
    await apply(wanted);
    const { passed } = (await trunkline.call("check_trunk", { trunk_id: "+918044319240", direction: "inbound" })).value;
    expect(passed).toEqual(expect.arrayContaining([expect.stringContaining(none)]));
    // By a number alone, where its calls go: port and transport too.
    expect(passed.some((sentence: string) => sentence.includes(here) && sentence.includes(there))).toBe(true);
  });

  test("with priorities, the lowest is said to be first, and that no document confirms it", async () => {
    trunkline = await startPlanning();
    await apply({ use_case: "inbound", trunk: "desk", numbers: ["+918044319240"], destinations: [here, there] });
    const { trunk } = (await trunkline.call("get_trunk", { trunk_id: "desk" })).value;
    const row = trunk.destination_uris.find(({ destination }: { destination: string }) => destination === here);
    // As the carrier's console does: no tool of ours can.
    await raw(trunkline, "PUT", `exotel/trunks/${trunk.trunk_id}/destination-uris/${row.destination_uri_id}`, { priority: 10, weight: 1 });
    const { passed } = (await trunkline.call("check_trunk", { trunk_id: "desk" })).value;
    const order = `"${there}" (0), then "${here}" (10).`;
    expect(passed).toContain(`The lowest priority comes first by the usual rule, which Exotel's documents do not confirm: ${order}`);
  });
});
