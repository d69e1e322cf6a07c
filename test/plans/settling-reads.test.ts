import { afterEach, beforeEach, expect, test } from "vitest";
import { contentOf } from "../../src/plans/running/plan-record.ts";
import { type KnownTrunks, readyStep } from "../../src/plans/running/ready-step.ts";
import { call, openReplica, planNumbers, type Replica, send, startCarrier, type WatchedCarrier } from "./carrier.ts";

const OPEN = 16;

let carrier: WatchedCarrier;
let replica: Replica;

beforeEach(async () => {
  carrier = await startCarrier();
  replica = await openReplica({ state: { file: ":memory:" }, url: carrier.url });
});
afterEach(async () => {
  await replica.plans.stop();
  await replica.store.close();
  await carrier.sandbox.close();
});

/** As a process leaves them that dies after its steps were journaled, and after half of them took effect. */
async function leaveOpen(planId: string): Promise<void> {
  const { plans } = replica.store;
  await plans.start(planId, undefined);
  const lease = await plans.lease(planId, 1);
  const plan = await plans.find(planId);
  if (!lease || !plan) throw new Error("the plan is not there to be run");
  const known: KnownTrunks = new Map();
  const { steps } = contentOf(plan).content;
  const ready = [];
  for (const step of steps) ready.push(await readyStep(planId, step, replica, known, new AbortController().signal));
  expect(
    await plans.begin(
      lease,
      1,
      ready.map(({ begin }) => begin),
    ),
  ).toMatchObject({ kind: "begun" });
  expect(steps).toHaveLength(OPEN);
  for (const { input } of ready.slice(0, OPEN / 2)) {
    await send(carrier, "POST", `trunks/${input["trunk_sid"]}/phone-numbers`, { phone_number: input["phone_number"] });
  }
}

const at = (method: string) =>
  carrier.passed.filter(({ request }) => request.method === method && request.segments.at(-1) === "phone-numbers");

test("sixteen steps that a dead process left open are settled by one listing, and what is missing is sent", async () => {
  await call("apply_plan", { plan_id: await planNumbers(1, replica) }, replica);
  const plan_id = await planNumbers(1 + OPEN, replica);
  await leaveOpen(plan_id);
  carrier.passed.splice(0);
  expect(await call("apply_plan", { plan_id }, replica)).toMatchObject({ state: "done", done: OPEN });
  // The other is the look at the trunk in the end.
  expect(at("GET")).toHaveLength(2);
  expect(at("POST").map(({ status }) => status)).toEqual(Array.from({ length: OPEN / 2 }, () => 200));
  expect(await replica.store.journal.unsettled()).toEqual([]);
});

test("a listing that failed is asked for again", async () => {
  await call("apply_plan", { plan_id: await planNumbers(1, replica) }, replica);
  const plan_id = await planNumbers(1 + OPEN, replica);
  await leaveOpen(plan_id);
  carrier.passed.splice(0);
  carrier.sandbox.script({ kind: "status", status: 500, method: "GET", path: "phone-numbers", times: 1 });
  expect(await call("apply_plan", { plan_id }, replica)).toMatchObject({ state: "done", done: OPEN });
  // The other is the look at the trunk in the end.
  expect(at("GET")).toHaveLength(2);
  expect(at("POST")).toHaveLength(OPEN / 2);
});
