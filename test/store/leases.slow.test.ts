import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Lease, StepBegin } from "../../src/core/store/plans.ts";
import type { OpenStore } from "../../src/store/open.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { type HeldClock, heldClock, type NewPlace, openAt, type Place, postgresPlace, sqlitePlace } from "./place.ts";

const LEASE_MS = 4_000;
const LOCK_MS = 15_000;
const HOUR = 3_600_000;

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

let place: Place;
let clock: HeldClock;
let store: OpenStore;

async function open(newPlace: NewPlace, steady?: () => number): Promise<void> {
  place = await newPlace();
  clock = heldClock();
  store = await openAt(place, steady ? { ...clock, steady } : clock);
  await store.plans.keep({ id: "plan_1", principal: "ann", policy: "", content: {} });
  await store.plans.start("plan_1", undefined);
}

async function leased(): Promise<Lease> {
  const lease = await store.plans.lease("plan_1", LEASE_MS);
  if (!lease) throw new Error("the plan has a runner");
  return lease;
}

function steps(count: number): StepBegin[] {
  const of = (n: number) => ({ n, lock: `write:${n}`, requestId: `plan_1.${n}`, redacted: { n }, arguments: `digest ${n}` });
  return Array.from({ length: count }, (_, index) => ({ ...of(index + 1), principal: "ann", tool: "exotel_map_phone_number" }));
}

afterEach(async () => {
  await store.close();
  await place.remove();
});

describe.each<[string, NewPlace]>([
  ["SQLite", sqlitePlace],
  ["Postgres", () => postgresPlace(postgres)],
])("steps on %s", (_, newPlace) => {
  beforeEach(() => open(newPlace));

  test("are journaled together, all or none, and each can be told from the others", async () => {
    const lease = await leased();
    const begun = await store.plans.begin(lease, LEASE_MS, steps(40));
    if (begun.kind !== "begun") throw new Error(begun.kind);
    expect(new Set(begun.intents).size).toBe(40);
    const ends = begun.intents.map((intent, index) => {
      const result = index % 3 === 0 ? {} : { result: { number: index } };
      return { n: index + 1, intent, lock: `write:${index + 1}`, outcome: "done" as const, ...result };
    });
    await store.plans.settle(ends, "plan_1");
    const traces = await store.plans.steps("plan_1");
    const results = ends.map(({ result }) => result);
    expect(traces.toSorted((a, b) => a.n - b.n).map(({ phase, result }) => [phase, result])).toEqual(results.map((one) => ["done", one]));
    expect(await store.journal.verify()).toEqual({ rows: 80, problem: undefined });
    expect(await store.journal.unsettled()).toEqual([]);
    expect(await place.raw("SELECT name FROM trunkline_claims")).toEqual([]);
  });

  test("are not begun where somebody holds one of them, and nothing of them is left", async () => {
    await store.claims.claim("write:3", "somebody", LOCK_MS);
    expect(await store.plans.begin(await leased(), LEASE_MS, steps(5))).toEqual({ kind: "busy" });
    expect(await store.journal.rows(0, 10)).toEqual([]);
    expect(await place.raw("SELECT owner FROM trunkline_claims")).toEqual([{ owner: "somebody" }]);
  });

  test("stay held as long as the lease is renewed, and are free some time after it was not", async () => {
    const lease = await leased();
    await store.plans.begin(lease, LEASE_MS, steps(2));
    for (let waited = 0; waited < 4; waited++) {
      clock.pass(LOCK_MS - 1);
      expect(await store.plans.renew(lease, LEASE_MS)).toBe("held");
      expect(await store.claims.claim("write:1", "somebody", LOCK_MS)).toBe(false);
    }
    clock.pass(LOCK_MS);
    expect(await store.claims.claim("write:1", "somebody", LOCK_MS)).toBe(true);
  });
});

describe("the lease on one machine", () => {
  let steadyMs: number;
  beforeEach(async () => {
    steadyMs = 1_000_000;
    await open(sqlitePlace, () => steadyMs);
    await leased();
  });

  test.each([HOUR, -HOUR])("is not touched when the clock is set by %i ms", async (ms) => {
    clock.pass(ms);
    expect(await store.plans.lease("plan_1", LEASE_MS)).toBeUndefined();
    expect(await store.plans.abandoned()).toEqual([]);
    steadyMs += LEASE_MS;
    expect(await store.plans.abandoned()).toEqual(["plan_1"]);
    expect(await store.plans.lease("plan_1", LEASE_MS)).toMatchObject({ fence: 2 });
  });

  test("does not outlive the machine, whose steady clock begins anew", async () => {
    steadyMs = 5_000;
    expect(await store.plans.abandoned()).toEqual(["plan_1"]);
    expect(await store.plans.lease("plan_1", LEASE_MS)).toMatchObject({ fence: 2 });
  });
});
