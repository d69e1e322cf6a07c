import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import type { Lease, Plans, StepBegin } from "../../src/core/store/plans.ts";
import type { OpenStore } from "../../src/store/open.ts";
import { openAt, type Place, postgresPlace, sqlitePlace } from "../store/place.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

let server: Postgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const MINUTE = 60_000;
const binding = { principal: "ann", tool: "exotel_create_trunk", arguments: "digest" };
const step = (n: number, lock = `lock ${n}`): StepBegin => ({ ...binding, requestId: `plan_a.${n}`, redacted: {}, n, lock });

describe.each([
  ["SQLite", () => sqlitePlace()],
  ["Postgres", () => postgresPlace(server)],
] as const)("whose turn a plan is, on %s", (_name, newPlace) => {
  let place: Place;
  let store: OpenStore;
  let plans: Plans;
  beforeEach(async () => {
    place = await newPlace();
    store = await openAt(place, systemClock);
    ({ plans } = store);
    await plans.keep({ id: "plan_a", principal: "ann", policy: "digest", content: {} });
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  /** A lease that ended at once, and the one that came after it. */
  async function twoLeases(): Promise<[old: Lease, now: Lease]> {
    await plans.start("plan_a", undefined);
    const leases = [await plans.lease("plan_a", 0), await plans.lease("plan_a", MINUTE)];
    return leases as [Lease, Lease];
  }

  async function intentOf(lease: Lease, one: StepBegin): Promise<string> {
    const begun = await plans.begin(lease, MINUTE, [one]);
    return begun.kind === "begun" ? (begun.intents[0] ?? "") : begun.kind;
  }

  test("of many that start it, one does", async () => {
    const started = await Promise.all(Array.from({ length: 10 }, () => plans.start("plan_a", undefined)));
    expect(started.filter(Boolean)).toHaveLength(1);
    expect(await plans.end("plan_a", "void")).toBe(false);
  });

  test("of many that want to run it, one may, until its lease ends", async () => {
    expect(await plans.lease("plan_a", MINUTE)).toBeUndefined();
    await plans.start("plan_a", undefined);
    const leases = await Promise.all(Array.from({ length: 10 }, () => plans.lease("plan_a", MINUTE)));
    const [lease] = leases.filter((one) => one !== undefined);
    expect(leases.filter((one) => one !== undefined)).toHaveLength(1);
    expect(await plans.abandoned()).toEqual([]);
    await plans.release(lease as Lease);
    expect(await plans.abandoned()).toEqual(["plan_a"]);
  });

  test("an old lease begins, renews, releases and ends nothing", async () => {
    const [old, now] = await twoLeases();
    expect(now.fence).toBeGreaterThan(old.fence);
    expect(await plans.begin(old, MINUTE, [step(1)])).toEqual({ kind: "lost" });
    expect(await plans.renew(old, MINUTE)).toBe("lost");
    await plans.release(old);
    expect(await plans.finish(old, "done", {})).toBe(false);
    expect(await plans.abandoned()).toEqual([]);
    expect(await plans.steps("plan_a")).toEqual([]);
    expect(await plans.finish(now, "done", {})).toBe(true);
  });

  test("steps are begun all or none, and not while an equal call is being made", async () => {
    const [, now] = await twoLeases();
    await store.claims.claim("lock 2", "somebody", MINUTE);
    expect(await plans.begin(now, MINUTE, [step(1), step(2)])).toEqual({ kind: "busy" });
    expect(await plans.steps("plan_a")).toEqual([]);
    await store.claims.release("lock 2", "somebody");
    expect(await plans.begin(now, MINUTE, [step(1), step(2)])).toMatchObject({ kind: "begun" });
  });

  test("what has taken effect is counted, each step once, and nothing of another plan", async () => {
    const [, now] = await twoLeases();
    const end = async (n: number, outcome: "done" | "failed" | "unknown") => {
      const intent = await intentOf(now, step(n));
      const result = outcome === "done" ? { result: { ok: true } } : {};
      await plans.settle([{ n, intent, lock: `lock ${n}`, outcome, ...result }], "plan_a");
    };
    expect(await plans.countDone("plan_a")).toBe(0);
    await end(1, "failed");
    await end(2, "unknown");
    await intentOf(now, step(3));
    expect(await plans.countDone("plan_a")).toBe(0);
    await end(1, "done");
    await end(1, "done");
    await end(4, "done");
    expect(await plans.countDone("plan_a")).toBe(2);
    expect(await plans.countDone("plan_b")).toBe(0);
    expect((await plans.steps("plan_a")).filter(({ phase }) => phase === "done")).toHaveLength(2);
  });

  test("asked to cancel, it begins nothing more", async () => {
    const [, now] = await twoLeases();
    await plans.askToCancel("plan_a");
    expect(await plans.begin(now, MINUTE, [step(1)])).toEqual({ kind: "cancelled" });
    expect(await plans.renew(now, MINUTE)).toBe("cancelled");
  });

  test("an older attempt whose end is told late hides neither an open one nor one that is done", async () => {
    const [, now] = await twoLeases();
    const first = await intentOf(now, step(1));
    const failed = { n: 1, intent: first, lock: "lock 1", outcome: "failed" } as const;
    await plans.settle([failed], "plan_a");
    const second = await intentOf(now, step(1));
    await plans.settle([failed], "plan_a");
    expect(await plans.steps("plan_a")).toMatchObject([{ n: 1, intent: second, phase: "intent" }]);
    await plans.settle([{ ...failed, intent: second, outcome: "done", result: { ok: true } }], "plan_a");
    await plans.settle([failed], "plan_a");
    expect(await plans.steps("plan_a")).toMatchObject([{ n: 1, intent: second, phase: "done", result: { ok: true } }]);
  });
});
