import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AttemptResult, type Decision, decide, defaultRetryPolicy, RetryBudget, retryAfterMs } from "../../src/wire/retry.ts";
import { runs } from "../support/runs.ts";

const answered = (status: number, waitMs?: number): AttemptResult => ({ kind: "answered", status, retryAfterMs: waitMs });
const refused: AttemptResult = { kind: "not_sent", retryable: true };
const distrusted: AttemptResult = { kind: "not_sent", retryable: false };
const broken: AttemptResult = { kind: "lost", retryable: true };
const spent: AttemptResult = { kind: "lost", retryable: false };

const soon: Decision = { next: "retry", afterMs: 400 };
const retryAfter = (afterMs: number): Decision => ({ next: "retry", afterMs });
const accept: Decision = { next: "accept" };
const settle: Decision = { next: "settle" };
const giveUp: Decision = { next: "give_up" };

/** Both effects after the first attempt, and both after the last one. */
const table: [what: string, attempt: AttemptResult, read: Decision, write: Decision, lastRead: Decision, lastWrite: Decision][] = [
  ["200", answered(200), accept, accept, accept, accept],
  ["207", answered(207), accept, accept, accept, accept],
  ["301", answered(301), accept, settle, accept, settle],
  ["307", answered(307), accept, settle, accept, settle],
  ["400", answered(400), accept, accept, accept, accept],
  ["401", answered(401), accept, accept, accept, accept],
  ["404", answered(404), accept, accept, accept, accept],
  ["408", answered(408), accept, settle, accept, settle],
  ["409", answered(409), accept, accept, accept, accept],
  ["422", answered(422), accept, accept, accept, accept],
  ["429", answered(429), soon, soon, accept, accept],
  ["429 after 0 s", answered(429, 0), retryAfter(0), retryAfter(0), accept, accept],
  ["429 after 20 s", answered(429, 20_000), retryAfter(20_000), retryAfter(20_000), accept, accept],
  ["429 after 20.001 s", answered(429, 20_001), accept, accept, accept, accept],
  ["500", answered(500), accept, settle, accept, settle],
  ["501", answered(501), accept, settle, accept, settle],
  ["502", answered(502), soon, settle, accept, settle],
  ["503", answered(503), soon, settle, accept, settle],
  ["503 after 3 s", answered(503, 3_000), retryAfter(3_000), settle, accept, settle],
  ["503 after 60 s", answered(503, 60_000), accept, settle, accept, settle],
  ["504", answered(504), soon, settle, accept, settle],
  ["connection refused", refused, soon, soon, giveUp, giveUp],
  ["certificate not accepted", distrusted, giveUp, giveUp, giveUp, giveUp],
  ["connection broke", broken, soon, settle, giveUp, settle],
  ["time used up", spent, giveUp, settle, giveUp, settle],
];

describe("decide", () => {
  const half = () => 0.5;
  test.each(table)("%s", (_, attempt, read, write, lastRead, lastWrite) => {
    expect(decide("read", attempt, 1, defaultRetryPolicy, half)).toEqual(read);
    expect(decide("write", attempt, 1, defaultRetryPolicy, half)).toEqual(write);
    expect(decide("read", attempt, defaultRetryPolicy.attempts, defaultRetryPolicy, half)).toEqual(lastRead);
    expect(decide("write", attempt, defaultRetryPolicy.attempts, defaultRetryPolicy, half)).toEqual(lastWrite);
  });

  test("no write is repeated unless it was refused with 429 or never left", () => {
    const attempts = fc.oneof(
      fc.record({ kind: fc.constant("answered" as const), status: fc.integer({ min: 200, max: 599 }), retryAfterMs: fc.option(fc.nat()) }),
      fc.record({ kind: fc.constant("lost" as const), retryable: fc.boolean() }),
      fc.constant(distrusted),
    );
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 5 }), (attempt, count) => {
        fc.pre(attempt.kind !== "answered" || attempt.status !== 429);
        const given = "retryAfterMs" in attempt ? { ...attempt, retryAfterMs: attempt.retryAfterMs ?? undefined } : attempt;
        expect(decide("write", given, count, defaultRetryPolicy).next).not.toBe("retry");
      }),
      { numRuns: runs() },
    );
  });

  test("a wait is jittered over its whole range, and the range doubles", () => {
    const waits = (count: number, random: number) => decide("read", answered(503), count, defaultRetryPolicy, () => random);
    expect([waits(1, 0), waits(1, 1), waits(2, 0), waits(2, 1)]).toEqual([retryAfter(0), retryAfter(800), retryAfter(0), retryAfter(1600)]);
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-11-21T10:00:00Z");
  test.each([
    [undefined, undefined],
    ["0", 0],
    ["7", 7_000],
    [" 7 ", 7_000],
    ["86400", 86_400_000],
    // Longer than any date: still a wait that is refused, not one that is ignored.
    ["9999999", 9_999_999_000],
    ["9".repeat(400), 1e12],
    ["Sat, 21 Nov 2026 10:00:09 GMT", 9_000],
    ["Sat, 21 Nov 2026 09:59:00 GMT", 0],
    // Neither form: what a lenient date parser makes of these would be a retry at once.
    ["-5", undefined],
    ["1.5", undefined],
    ["+5", undefined],
    ["soon", undefined],
    ["", undefined],
  ])("%j", (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });

  test("whatever a carrier writes, the wait is a number that JSON can say", () => {
    const headers = fc.oneof(fc.string(), fc.stringMatching(/^\d{1,400}$/));
    fc.assert(
      fc.property(headers, (header) => {
        const ms = retryAfterMs(header, now);
        expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true);
      }),
      { numRuns: runs() },
    );
  });
});

describe("retry budget", () => {
  const spendAll = (budget: RetryBudget) => {
    let spent = 0;
    while (spent < 1_000 && budget.spend()) spent++;
    return spent;
  };

  test("ten retries at first, then one for each five calls, never more than ten", () => {
    const budget = new RetryBudget();
    expect(spendAll(budget)).toBe(10);
    for (let call = 0; call < 25; call++) budget.earn();
    expect(spendAll(budget)).toBeGreaterThanOrEqual(4);
    for (let call = 0; call < 1_000; call++) budget.earn();
    expect(spendAll(budget)).toBe(10);
  });
});
