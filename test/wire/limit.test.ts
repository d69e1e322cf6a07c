import { getEventListeners } from "node:events";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RateSlots } from "../../src/core/carrier/rate-slots.ts";
import type { Clock } from "../../src/core/clock.ts";
import { TrunkError } from "../../src/core/errors.ts";
import { silentLog } from "../../src/core/log.ts";
import { createLimiter } from "../../src/wire/limit.ts";
import { memorySlots, withFallback } from "../../src/wire/rate-slots.ts";
import { runs } from "../support/runs.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-11-21T10:00:00Z") }));
afterEach(() => void vi.useRealTimers());

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (ms === 0) return resolve();
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};

const exotel = { calls: 200, perMs: 60_000 };
const didww = { calls: 10, perMs: 1_000 };

/** `counted`: when the carrier counted the call, somewhere between its sending and its answer. */
type Outcome = { at: number; counted: number; waited: number } | { refused: TrunkError; waited: number };

const noTime = (): number => 0;

/** A call that is let through is on its way to the carrier for `thereMs`, and its answer for `backMs`. */
function caller({ thereMs = noTime, backMs = noTime } = {}) {
  const limiter = createLimiter(clock);
  const outcomes: Outcome[] = [];
  const call = async (limit = exotel, account = "a", signal?: AbortSignal) => {
    const began = Date.now();
    const waited = () => Date.now() - began;
    await limiter.acquire(account, limit, signal).then(
      async (place) => {
        const outcome = { at: Date.now(), counted: 0, waited: waited() };
        await clock.sleep(thereMs());
        outcome.counted = Date.now();
        outcomes.push(outcome);
        await clock.sleep(backMs());
        await place.leave();
      },
      (error: unknown) => {
        if (!(error instanceof TrunkError)) throw error;
        outcomes.push({ refused: error, waited: waited() });
      },
    );
  };
  const admitted = () => outcomes.flatMap((outcome) => ("at" in outcome ? [outcome] : []));
  const refused = () => outcomes.flatMap((outcome) => ("refused" in outcome ? [outcome] : []));
  return { outcomes, call, admitted, refused };
}

/** The most calls that any window of this length holds, wherever it begins. */
function fullestWindow(times: number[], lengthMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.max(0, ...sorted.map((start) => sorted.filter((time) => time >= start && time < start + lengthMs).length));
}

/** Lets promises that are already settled run on. */
const breathe = () => vi.advanceTimersByTimeAsync(0);

describe("never more than the carrier permits", () => {
  const arrivals = fc.array(fc.record({ calls: fc.integer({ min: 1, max: 150 }), thenMs: fc.integer({ min: 0, max: 40_000 }) }), {
    minLength: 2,
    maxLength: 8,
  });
  /** How long calls are under way, in turn: some of them far longer than any margin. */
  const latencies = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 20 });
  const inTurn = (values: number[]) => {
    let next = 0;
    return () => values[next++ % values.length] ?? 0;
  };

  test.each([exotel, didww])("in any window, wherever it begins, however the calls arrive and travel: %o", async (limit) => {
    await fc.assert(
      fc.asyncProperty(arrivals, latencies, latencies, async (bursts, there, back) => {
        const { call, admitted, outcomes } = caller({ thereMs: inTurn(there), backMs: inTurn(back) });
        const calls: Promise<void>[] = [];
        for (const { calls: count, thenMs } of bursts) {
          for (let index = 0; index < count; index++) calls.push(call(limit));
          await vi.advanceTimersByTimeAsync(thenMs);
        }
        await vi.advanceTimersByTimeAsync(30_000);
        await Promise.all(calls);
        expect(outcomes).toHaveLength(calls.length);
        const counted = admitted().map((outcome) => outcome.counted);
        expect(fullestWindow(counted, limit.perMs)).toBeLessThanOrEqual(limit.calls);
        expect(Math.max(...outcomes.map(({ waited }) => waited))).toBeLessThanOrEqual(20_000);
      }),
      { numRuns: runs() },
    );
  });

  test.each([
    { ...exotel, workers: 1 },
    { ...exotel, workers: 10 },
    { ...didww, workers: 10 },
  ])("1,000 calls go at 99 % of the permitted rate: %o", async ({ workers, ...limit }) => {
    const limiter = createLimiter(clock);
    const counted: number[] = [];
    // As whoever runs a plan: told to come back later, it does.
    const call = async (): Promise<void> => {
      const place = await limiter.acquire("a", limit).catch((error: TrunkError) => error);
      if (place instanceof TrunkError) {
        await clock.sleep(Number(place.details["retry_after_seconds"]) * 1_000);
        return await call();
      }
      await clock.sleep(2);
      counted.push(Date.now());
      await place.leave();
    };
    let left = 1_000;
    const worker = async () => {
      while (left-- > 0) await call();
    };
    const all = Promise.all(Array.from({ length: workers }, worker));
    await vi.advanceTimersByTimeAsync(500_000);
    await all;
    expect(fullestWindow(counted, limit.perMs)).toBeLessThanOrEqual(limit.calls);
    // From the first call of the first window to the first of the last one that a faultless pace begins.
    const windows = 1_000 / limit.calls - 1;
    const tookMs = (counted.at(-limit.calls) ?? 0) - (counted[0] ?? 0);
    expect((windows * limit.perMs) / tookMs).toBeGreaterThan(0.99);
  });
});

describe("calls at once", () => {
  const limit = { calls: 20, perMs: 1_000, atOnce: 4 };

  test("are never more than the carrier permits, nor more than its rate", async () => {
    const latencies = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(latencies, async (each) => {
        const limiter = createLimiter(clock);
        const began: number[] = [];
        let [underWay, most] = [0, 0];
        const calls = each.map(async (ms) => {
          const slot = await limiter.acquire("a", limit, undefined, 600_000);
          began.push(Date.now());
          most = Math.max(most, ++underWay);
          await clock.sleep(ms);
          underWay -= 1;
          await slot.leave();
        });
        await vi.advanceTimersByTimeAsync(600_000);
        await Promise.all(calls);
        expect(most).toBeLessThanOrEqual(limit.atOnce);
        expect(fullestWindow(began, limit.perMs)).toBeLessThanOrEqual(limit.calls);
        expect(began).toHaveLength(each.length);
      }),
      { numRuns: runs() },
    );
  });

  test("give their room to the next in the moment in which they are answered", async () => {
    const { call, admitted } = caller({ thereMs: () => 7 });
    const calls = Array.from({ length: 9 }, () => call(limit));
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all(calls);
    expect(admitted().map(({ waited }) => waited)).toEqual([0, 0, 0, 0, 7, 7, 7, 7, 14]);
  });

  test("that are not answered keep others waiting for 20 s, who then learn why", async () => {
    const { call, refused } = caller({ thereMs: () => 39_000 });
    const calls = Array.from({ length: 5 }, () => call(limit));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(refused()).toMatchObject([{ refused: { code: "rate_limited", applied: false, details: { retry_after_seconds: 1 } } }]);
    expect(refused()[0]?.refused.message).toContain("no more calls of this account at once");
    await vi.advanceTimersByTimeAsync(40_000);
    await Promise.all(calls);
  });

  test("give their room back when nobody says that they were answered", async () => {
    const limiter = createLimiter(clock);
    for (let count = 0; count < limit.atOnce; count++) await limiter.acquire("a", limit);
    const began = Date.now();
    const next = limiter.acquire("a", limit, undefined, 60_000).then(() => Date.now() - began);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await next).toBe(40_000);
  });

  test("give their room back when the rate cannot be asked, or is used up", async () => {
    const memory = memorySlots(clock);
    let broken = true;
    const take: RateSlots["take"] = (account, ...rest) =>
      broken && account === "a" ? Promise.reject(new Error("no rate")) : memory.take(account, ...rest);
    const limiter = createLimiter(clock, { take });
    await expect(limiter.acquire("a", limit)).rejects.toThrow("no rate");
    broken = false;
    const slots = await Promise.all(Array.from({ length: 4 }, () => limiter.acquire("a", limit)));
    expect(slots).toHaveLength(4);
    const few = { calls: 1, perMs: 1_000, atOnce: 4 };
    await limiter.acquire("b", few).then((slot) => slot.leave());
    const waiting = limiter.acquire("b", few);
    await breathe();
    expect((await memory.take("b at once", { calls: 4, perMs: 0 }, 4)).slots).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(2_000);
    await expect(Promise.race([waiting, Promise.resolve("still waits for room")])).resolves.toBe("still waits for room");
  });
});

describe("waiting", () => {
  test("a place that frees within 20 s is waited for", async () => {
    const { call, admitted } = caller();
    const first = Array.from({ length: 200 }, () => call());
    await vi.advanceTimersByTimeAsync(45_000);
    const last = call();
    await vi.advanceTimersByTimeAsync(20_000);
    await Promise.all([...first, last]);
    expect(admitted()).toHaveLength(201);
    expect(admitted()[200]?.waited).toBeGreaterThanOrEqual(15_000);
  });

  test("a place that frees later is refused at once, with the seconds until then", async () => {
    const { call, refused } = caller();
    await Promise.all(Array.from({ length: 200 }, () => call()));
    await vi.advanceTimersByTimeAsync(30_000);
    await call();
    expect(refused()).toMatchObject([
      { waited: 0, refused: { code: "rate_limited", applied: false, details: { retry_after_seconds: 30 } } },
    ]);
    expect(refused()[0]?.refused.message).toContain("Nothing was sent");
  });

  test("refused callers take no place: those that are free are given out", async () => {
    const { call, admitted, refused } = caller();
    const burst = () => Promise.all(Array.from({ length: 100 }, () => call()));
    await burst();
    await vi.advanceTimersByTimeAsync(30_000);
    await burst();
    await vi.advanceTimersByTimeAsync(5_000);
    await burst();
    expect([admitted().length, refused().length]).toEqual([200, 100]);
    // The first hundred slots are free again, the second hundred are not.
    await vi.advanceTimersByTimeAsync(26_000);
    await burst();
    expect([admitted().length, refused().length]).toEqual([300, 100]);
    expect(Math.max(...admitted().map(({ waited }) => waited))).toBe(0);
  });

  test("a caller that goes away while waiting leaves at once and sends nothing", async () => {
    const { call, outcomes } = caller();
    await Promise.all(Array.from({ length: 200 }, () => call()));
    await vi.advanceTimersByTimeAsync(50_000);
    const controller = new AbortController();
    const waiting = call(exotel, "a", controller.signal);
    const left = expect(waiting).rejects.toThrow(/abort/i);
    await breathe();
    controller.abort();
    await left;
    expect(outcomes).toHaveLength(200);
  });

  test("one signal may be waited with many times, without a warning, and keeps no listener", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on("warning", note);
    const { call, outcomes } = caller();
    const { signal } = new AbortController();
    const calls = Array.from({ length: 30 }, () => call(didww, "a", signal));
    expect(getEventListeners(signal, "abort")).toHaveLength(30);
    await vi.advanceTimersByTimeAsync(30_000);
    await Promise.all(calls);
    await new Promise(process.nextTick);
    process.off("warning", note);
    expect([outcomes.length, warnings, getEventListeners(signal, "abort")]).toEqual([30, [], []]);
  });
});

describe("a call that is not answered", () => {
  test("holds its place until it has surely reached the carrier, and a window longer", async () => {
    const limiter = createLimiter(clock);
    const limit = { calls: 1, perMs: 1_000 };
    await limiter.acquire("a", limit);
    const began = Date.now();
    const next = limiter.acquire("a", limit).then(() => Date.now() - began);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await next).toBe(11_001);
  });
});

describe("while the rate that replicas share cannot be read", () => {
  const gone: RateSlots = { take: () => Promise.reject(new Error("no database")) };

  test("each lets a small part of it through, and asks again after a while", async () => {
    let asked = 0;
    const shared = { take: (...given: Parameters<RateSlots["take"]>) => (asked++ < 2 ? gone : memorySlots(clock)).take(...given) };
    const limiter = createLimiter(clock, withFallback(shared, { clock, log: silentLog }));
    const attempts = Array.from({ length: 30 }, () => limiter.acquire("a", exotel));
    const settled = await Promise.allSettled(attempts);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(exotel.calls / 20);
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(5_000);
    await expect(limiter.acquire("a", exotel)).rejects.toThrow("Nothing was sent");
    await vi.advanceTimersByTimeAsync(5_000);
    await limiter.acquire("a", exotel);
    expect(asked).toBe(3);
  });
});

describe("accounts", () => {
  test("do not hinder each other", async () => {
    const { call, admitted, refused } = caller();
    await Promise.all(Array.from({ length: 200 }, () => call()));
    await call();
    expect(refused()).toHaveLength(1);
    await Promise.all(Array.from({ length: 200 }, () => call(exotel, "b")));
    expect(admitted()).toHaveLength(400);
    expect(Math.max(...admitted().map(({ waited }) => waited))).toBe(0);
  });
});
