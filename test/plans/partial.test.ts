import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Step } from "../../src/core/carrier/planner.ts";
import { type ErrorCode, TrunkError } from "../../src/core/errors.ts";
import { Refusals } from "../../src/plans/running/refusals.ts";
import { TrunkMoved } from "../../src/plans/running/step-guard.ts";
import type { Trunkline } from "../support/trunkline.ts";
import { startPlanning } from "./support.ts";

const numbers = ["+918044319240", "+918044319241", "+918044319242"];
const north = { provider: "exotel", use_case: "outbound", trunk: "north", numbers, ips: ["44.248.146.11"] };

describe("a carrier that refuses", () => {
  let trunkline: Trunkline;
  beforeEach(async () => {
    trunkline = await startPlanning();
  });
  afterEach(() => trunkline.close());

  // biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
  async function applied(wanted: Record<string, unknown>): Promise<Record<string, any>> {
    const { value } = await trunkline.call("plan_trunk", wanted);
    expect(value.plan_id, JSON.stringify(value)).toEqual(expect.any(String));
    return (await trunkline.call("apply_plan", { plan_id: value.plan_id })).value;
  }
  const writes = (path: string) => trunkline.sandbox.seen.filter((one) => one.method === "POST" && one.path.endsWith(path)).length;

  test("one number: every other step goes on, and the plan that finishes it holds that number alone", async () => {
    trunkline.sandbox.script({ kind: "status", status: 400, method: "POST", path: "/phone-numbers", times: 1 });
    const { plan_id, ...ended } = await applied(north);
    expect(ended).toMatchObject({ state: "partial", total: 5, done: 4, not_done: 1, finish_plan_id: expect.any(String) });
    expect(ended).not.toHaveProperty("also_failed");
    const refused = numbers.find((number) => ended["failed"].what.includes(number)) ?? "";
    expect(ended["failed"]).toMatchObject({ provider: "exotel", error: { code: "invalid_input", applied: false }, would_fail_again: true });
    const [trunk] = ended["trunks"];
    expect(trunk.phone_numbers.map((row: { phone_number: string }) => row.phone_number).sort()).toEqual(
      numbers.filter((number) => number !== refused),
    );
    expect(trunk.whitelisted_ips).toMatchObject([{ ip: "44.248.146.11" }]);
    expect((await trunkline.call("apply_plan", { plan_id: ended["finish_plan_id"] })).value).toMatchObject({ state: "done", total: 1 });
    expect((await trunkline.call("get_plan", { plan_id })).value).toMatchObject({ state: "partial" });
  });

  test("half of a set-up, which is taken back: the trunk that is gone is in no answer", async () => {
    trunkline.sandbox.script({ kind: "status", status: 400, method: "POST", path: "/phone-numbers", times: 1 });
    const { undo_plan_id: plan_id } = await applied(north);
    const ended = (await trunkline.call("apply_plan", { plan_id })).value;
    const told = (await trunkline.call("get_plan", { plan_id })).value;
    expect([ended.state, told.state]).toEqual(["done", "done"]);
    expect([ended.trunks, told.trunks]).toEqual([undefined, undefined]);
  });

  test("for good: it is asked no more, and the other carrier's trunk is made", async () => {
    trunkline.sandbox.script({ kind: "status", status: 401, method: "POST", provider: "exotel", times: 10_000 });
    const south = { provider: "didww", use_case: "outbound", trunk: "south", ips: ["44.248.146.11"] };
    const ended = await applied({ ...north, also: [{ ...south, options: { on_cli_mismatch_action: "reject_call" } }] });
    expect(ended).toMatchObject({ state: "partial", done: 1, failed: { provider: "exotel", n: 1, error: { code: "unauthorized" } } });
    expect(ended["trunks"]).toMatchObject([{ provider: "didww", trunk_name: "south" }]);
    expect(writes("/trunks")).toBe(1);
  });

  test("for a quarter of an hour: the run ends, and says when to go on", async () => {
    trunkline.sandbox.script({ kind: "status", status: 429, retry_after: "900", method: "POST", path: "/whitelisted-ips", times: 10_000 });
    const ended = await applied(north);
    expect(ended).toMatchObject({ state: "partial", done: 4, failed: { error: { code: "rate_limited" }, would_fail_again: false } });
    expect(ended["retry_after_seconds"]).toBeGreaterThan(800);
    expect(Date.parse(ended["retry_at"])).toBeGreaterThan(Date.now() + 800_000);
    expect(writes("/whitelisted-ips")).toBe(1);
  });
});

test("get_plan lists every step on request, from a number on and by tool or status", async () => {
  const trunkline = await startPlanning();
  const many = Array.from({ length: 40 }, (_, index) => `+9180443192${String(40 + index)}`);
  const { value: planned } = await trunkline.call("plan_trunk", { ...north, numbers: many });
  const list = async (given: Record<string, unknown>) => {
    const { value } = await trunkline.call("get_plan", { plan_id: planned.plan_id, ...given });
    return { steps: value.steps as { n: number; tool: string; what?: string }[], left: value.steps_left_out };
  };
  expect((await list({})).left).toBe(12);
  const { steps, left } = await list({ from: 31 });
  expect([steps[0]?.n, steps.at(-1)?.n, left]).toEqual([31, 42, undefined]);
  expect(steps[0]?.what).toContain(many[29]);
  expect((await list({ kind: "exotel_whitelist_ip" })).steps).toMatchObject([{ n: 42, what: expect.stringContaining("44.248.146.11") }]);
  expect((await list({ kind: "done" })).steps).toEqual([]);
  await trunkline.close();
});

test("a finished plan names the calls that add something, with the real ids", async () => {
  const trunkline = await startPlanning();
  const inbound = { provider: "exotel", use_case: "inbound", trunk: "south", numbers: [numbers[0]] };
  const destinations = ["sip.example.com:5061;transport=tls"];
  const { value } = await trunkline.call("plan_trunk", { ...inbound, destinations });
  const made = (await trunkline.call("apply_plan", { plan_id: value.plan_id })).value;
  const { trunk_id } = made.trunks[0];
  const next: string[] = made.next;
  expect(next.join("\n")).not.toContain("<");
  for (const named of [`sip:${trunk_id}`, "export_pbx_config", "check_trunk"]) expect(next.join("\n")).toContain(named);
  expect(next.filter((one) => one.includes(`"trunk_id":"${trunk_id}"`))).toHaveLength(2);
  const { value: alias } = await trunkline.call("plan_trunk", { ...inbound, alias: numbers[0], destinations });
  const changed = (await trunkline.call("apply_plan", { plan_id: alias.plan_id })).value;
  expect(changed).toMatchObject({ state: "done", trunks: [{ trunk_id, alias: numbers[0] }] });
  expect((changed.next ?? []).join("\n")).not.toMatch(/export_pbx_config|check_trunk/);
  await trunkline.close();
});

const step = (n: number, given: Partial<Step>): Step => ({
  ...{ n, provider: "toy", trunk: "north", tool: "toy_add", arguments: {}, effect: "create", reason: "" },
  ...given,
});

test.each<[string, Partial<Step>, ErrorCode, Partial<Step>, boolean]>([
  ["added beside it on the same trunk", {}, "conflict", {}, false],
  ["on a trunk that was not made", { tool: "toy_create" }, "conflict", {}, true],
  ["a removal after the addition that takes its place", {}, "conflict", { effect: "destroy" }, true],
  ["an addition after the removal on the same trunk", { effect: "destroy" }, "not_found", {}, true],
  ["a change of the same trunk", {}, "invalid_input", { effect: "change" }, true],
  [
    "another trunk with the same value",
    { arguments: { ip: "192.0.2.1" } },
    "conflict",
    { trunk: "south", arguments: { ip: "192.0.2.1" } },
    false,
  ],
  [
    "what moves there",
    { effect: "destroy", arguments: { number: "+918044319240" } },
    "conflict",
    { trunk: "south", arguments: { number: "+918044319240" } },
    true,
  ],
  ["a removal elsewhere after an addition", {}, "conflict", { trunk: "south", effect: "destroy" }, true],
  ["a removal elsewhere after a removal", { effect: "destroy" }, "conflict", { trunk: "south", effect: "destroy" }, false],
  ["anything at a carrier that takes no key", {}, "unauthorized", { trunk: "south" }, true],
  ["anything at a carrier that did not answer", {}, "outcome_unknown", { trunk: "south" }, true],
  ["another carrier", {}, "unauthorized", { provider: "other", effect: "destroy" }, false],
])("waits for a step that failed: %s", (_, failed, code, next, waits) => {
  const refusals = new Refusals(new Set(["toy_create"]));
  expect(refusals.holds(step(2, next))).toBe(false);
  refusals.add(step(1, failed), new TrunkError(code, "No."));
  expect(refusals.holds(step(2, next))).toBe(waits);
});

test("after a trunk that is not as it was shown nothing more is sent, at whichever carrier", () => {
  const refusals = new Refusals(new Set());
  refusals.add(step(1, {}), new TrunkMoved("conflict", "It moved."));
  expect(refusals.holds(step(2, { provider: "other", trunk: "south" }))).toBe(true);
});

test("what waits for a step that waits, waits too; and ten refusals are enough", () => {
  const refusals = new Refusals(new Set());
  refusals.add(step(1, {}), new TrunkError("conflict", "No."));
  const number = { arguments: { number: "+918044319240" } };
  expect(refusals.holds(step(2, { ...number, effect: "destroy" }))).toBe(true);
  expect(refusals.holds(step(3, { ...number, trunk: "south" }))).toBe(true);
  for (let n = 4; n <= 12; n++) refusals.add(step(n, {}), new TrunkError("conflict", "No."));
  expect(refusals.holds(step(13, { trunk: "west" }))).toBe(true);
});
