import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { virtualClock } from "../support/virtual-clock.ts";
import { call, openReplica, planNumbers, type Replica, startCarrier, type WatchedCarrier } from "./carrier.ts";

const NUMBERS = 1_000;
const LIMIT = { calls: 200, perMs: 60_000 };

let clock: ReturnType<typeof virtualClock>;
let carrier: WatchedCarrier;
let replica: Replica;

/** While a module loads nobody asks anything, and a clock that takes that for quiet runs ahead by an hour. */
beforeAll(async () => {
  const { url, sandbox } = await startCarrier();
  const first = await openReplica({ state: { file: ":memory:" }, url });
  await call("apply_plan", { plan_id: await planNumbers(1, first) }, first);
  await first.plans.stop();
  await first.store.close();
  await sandbox.close();
});

beforeEach(async () => {
  clock = virtualClock();
  carrier = await startCarrier(clock);
  replica = await openReplica({ state: { file: ":memory:" }, url: carrier.url, clock, limited: true, planAnswerMs: 3_600_000 });
});
afterEach(async () => {
  await replica.plans.stop();
  await replica.store.close();
  await carrier.sandbox.close();
  clock.stop();
});

test("a thousand numbers go out at the rate that the carrier permits, and none is refused", async () => {
  const plan_id = await planNumbers(NUMBERS, replica);
  const applied = await call("apply_plan", { plan_id }, replica);
  expect(applied).toMatchObject({ state: "done", done: NUMBERS + 2 });
  expect(carrier.passed.filter(({ status }) => status === 429)).toEqual([]);
  // A step that waits for a slot of the rate is patient: none is given up and begun again.
  expect((await replica.store.journal.rows(0, 5_000)).filter(({ phase }) => phase === "failed")).toEqual([]);
  const times = carrier.passed.map(({ at }) => at);
  expect(times.length).toBeGreaterThan(NUMBERS);
  // Calls that leave at once count too: the last one could have left when the window of the one 200 before it ended.
  const permittedMs = Math.floor((times.length - 1) / LIMIT.calls) * LIMIT.perMs;
  const takenMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  expect(takenMs).toBeGreaterThanOrEqual(permittedMs);
  expect(permittedMs / takenMs).toBeGreaterThanOrEqual(0.99);
});

test("a plan that waits for its rate lets go at once when the process is to end", async () => {
  const plan_id = await planNumbers(250, replica);
  const applying = call("apply_plan", { plan_id }, replica);
  // Before time passes: the first two hundred calls are made, the next ones wait for a minute.
  while (carrier.passed.length < LIMIT.calls) await new Promise((resolve) => setImmediate(resolve));
  await replica.plans.stop();
  await applying;
  expect(clock.now() - Date.UTC(2026, 10, 21)).toBeLessThan(LIMIT.perMs);
  expect(await replica.store.plans.abandoned()).toEqual([plan_id]);
  expect(await replica.store.journal.unsettled()).toEqual([]);
});
