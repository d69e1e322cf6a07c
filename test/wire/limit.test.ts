import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Clock } from "../../src/core/clock.ts";
import { TrunkError } from "../../src/core/errors.ts";
import { createLimiter } from "../../src/wire/limit.ts";

// The limiter's rows expire by Date.now and timers, so time itself is held.
beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-11-21T10:00:00Z") }));
afterEach(() => void vi.useRealTimers());

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};

const exotel = { calls: 200, perMs: 60_000 };
const didww = { calls: 10, perMs: 1_000 };

type Outcome = { at: number; waited: number } | { refused: TrunkError; waited: number };

function caller(limiter = createLimiter(clock)) {
  const outcomes: Outcome[] = [];
  const call = async (limit = exotel, account = "a", signal?: AbortSignal) => {
    const began = Date.now();
    const waited = () => Date.now() - began;
    await limiter.acquire(account, limit, signal).then(
      () => outcomes.push({ at: Date.now(), waited: waited() }),
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

  test("in any minute, wherever it begins, however the calls arrive", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (bursts) => {
        const { call, admitted, outcomes } = caller();
        const calls: Promise<void>[] = [];
        for (const { calls: count, thenMs } of bursts) {
          for (let index = 0; index < count; index++) calls.push(call());
          await vi.advanceTimersByTimeAsync(thenMs);
        }
        await vi.advanceTimersByTimeAsync(30_000);
        await Promise.all(calls);
        expect(outcomes).toHaveLength(calls.length);
        expect(
          fullestWindow(
            admitted().map(({ at }) => at),
            exotel.perMs,
          ),
        ).toBeLessThanOrEqual(exotel.calls);
        expect(Math.max(...outcomes.map(({ waited }) => waited))).toBeLessThanOrEqual(20_000);
      }),
      { numRuns: 30 },
    );
  });

  test("bulk work is let through at nearly the permitted rate, and none of it is refused", async () => {
    const { call, admitted, refused } = caller();
    // Ten workers that each make the next call as soon as the last one was let through.
    let running = true;
    const worker = async () => {
      while (running) await call(didww);
    };
    const workers = Array.from({ length: 10 }, worker);
    await vi.advanceTimersByTimeAsync(60_000);
    running = false;
    await vi.advanceTimersByTimeAsync(30_000);
    await Promise.all(workers);
    expect(refused()).toEqual([]);
    const times = admitted().map(({ at }) => at);
    expect(fullestWindow(times, didww.perMs)).toBeLessThanOrEqual(didww.calls);
    expect(times.length).toBeGreaterThan(0.75 * 600);
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
      { waited: 0, refused: { code: "rate_limited", applied: false, details: { retry_after_seconds: 31 } } },
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
    // The first hundred places are free again, the second hundred are not.
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
