import type { Clock } from "../core/clock.ts";

/** The outcome of one attempt, before anyone looks at the meaning. */
export type AttemptResult =
  | { kind: "answered"; status: number; retryAfterMs: number | undefined }
  /** The connection never stood: the carrier cannot have seen the request. */
  | { kind: "not_sent"; retryable: boolean }
  /** Sent, or perhaps sent, and no complete answer came. `retryable`: another try may go better. */
  | { kind: "lost"; retryable: boolean };

export type Decision = { next: "accept" } | { next: "retry"; afterMs: number } | { next: "settle" } | { next: "give_up" };

export interface RetryPolicy {
  attempts: number;
  /** The longest that a caller is kept waiting for a carrier that asked for patience. */
  maxRetryAfterMs: number;
  backoffMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { attempts: 3, maxRetryAfterMs: 20_000, backoffMs: 400 };

/** The carrier, or a proxy before it, says that it will be back. */
export function isOverloaded(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}

/** The whole retry policy. Reads may be repeated; a write only when the carrier cannot have acted on it. */
export function decide(
  effect: "read" | "write",
  attempt: AttemptResult,
  count: number,
  policy: RetryPolicy,
  random: () => number = Math.random,
): Decision {
  const again = retry(attempt, count, policy, random);
  if (attempt.kind === "lost" && effect === "write") return { next: "settle" };
  if (attempt.kind !== "answered") return attempt.retryable ? again : { next: "give_up" };
  if (isRepeatable(effect, attempt.status)) return again.next === "retry" ? again : { next: "accept" };
  return effect === "write" && isDoubtful(attempt.status) ? { next: "settle" } : { next: "accept" };
}

/** 429 is refused before it is read: the one answer after which even a write is safe to send again. */
function isRepeatable(effect: "read" | "write", status: number): boolean {
  return status === 429 || (effect === "read" && isOverloaded(status));
}

/** A server error or a redirect says nothing about whether a write took effect; only reading back does. */
export function isDoubtful(status: number): boolean {
  return status >= 500 || status === 408 || (status >= 300 && status < 400);
}

function retry(attempt: AttemptResult, count: number, policy: RetryPolicy, random: () => number): Decision {
  if (count >= policy.attempts) return { next: "give_up" };
  const asked = attempt.kind === "answered" ? attempt.retryAfterMs : undefined;
  if (asked !== undefined) {
    return asked <= policy.maxRetryAfterMs ? { next: "retry", afterMs: asked } : { next: "give_up" };
  }
  // Full jitter: callers that failed together do not come back together.
  return { next: "retry", afterMs: Math.round(random() * policy.backoffMs * 2 ** count) };
}

/** Far beyond any patience, and still a number that can be added to a time. */
const LONGEST_SECONDS = 1e9;

/** `Retry-After` in either of its forms, as milliseconds from `now`, which is the carrier's. Anything else is no form of it. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const value = header?.trim() ?? "";
  if (/^\d+$/.test(value)) return Math.min(Number(value), LONGEST_SECONDS) * 1000;
  // Date.parse would take "1.5" for a day in January.
  const date = /^[A-Z][a-z]+, /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

const BUDGET = 10;
const EARNED_PER_CALL = 0.2;

/** Retries are paid for by calls: a carrier that is down gets one fifth more traffic, not three times as much. */
export class RetryBudget {
  #tokens = BUDGET;

  earn(): void {
    this.#tokens = Math.min(BUDGET, this.#tokens + EARNED_PER_CALL);
  }

  spend(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** Waits as long as a decision says; cancelled together with the call. */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (ms > 0) await clock.sleep(ms, signal);
}
