import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Clock } from "../core/clock.ts";
import { TrunkError } from "../core/errors.ts";
import type { RateLimit } from "../core/wire.ts";
import { pause } from "./retry.ts";

/** Waits for a place in an account's rate. */
export interface Limiter {
  acquire(account: string, limit: RateLimit, signal?: AbortSignal): Promise<void>;
}

const MAX_WAIT_MS = 20_000;
/** Requests do not reach the carrier at the pace at which they leave; its window must not see one more than ours. */
const JITTER_MS = 250;

/**
 * At most `calls` in any window of `perMs`, wherever that window begins. A fixed window, which is what limiters
 * count, would let twice as many through around its edge and earn a 429. So each call takes a ticket, and ticket
 * n waits for the place that ticket n − calls left: one place is one key that frees itself after `perMs`.
 */
export function createLimiter(clock: Clock, maxWaitMs: number = MAX_WAIT_MS): Limiter {
  const places = new Map<string, { limiter: RateLimiterMemory; ticket: number }>();
  return {
    async acquire(account, limit, signal) {
      const entry = places.get(account) ?? { limiter: placeLimiter(limit), ticket: 0 };
      places.set(account, entry);
      const deadline = clock.now() + maxWaitMs;
      let next = { place: entry.ticket++ % limit.calls, waitMs: 0 };
      for (;;) {
        next = { ...next, waitMs: await tryPlace(entry.limiter, next.place) };
        if (next.waitMs === 0) return;
        // Callers that were refused or went away leave their places unused: one may be free that is not next in turn.
        if (clock.now() + next.waitMs > deadline) next = await soonestPlace(entry.limiter, limit.calls);
        if (clock.now() + next.waitMs > deadline) throw tooManyCalls(next.waitMs);
        await pause(clock, next.waitMs, signal);
      }
    },
  };
}

function placeLimiter(limit: RateLimit): RateLimiterMemory {
  return new RateLimiterMemory({ points: 1, duration: (limit.perMs + JITTER_MS) / 1000 });
}

async function tryPlace(limiter: RateLimiterMemory, place: number): Promise<number> {
  const answer = await limiter.consume(String(place)).catch((refusal: unknown) => refusal);
  if (!(answer instanceof RateLimiterRes)) throw answer;
  return answer.consumedPoints <= 1 ? 0 : Math.max(1, answer.msBeforeNext);
}

async function soonestPlace(limiter: RateLimiterMemory, calls: number): Promise<{ place: number; waitMs: number }> {
  const waits = await Promise.all(Array.from({ length: calls }, (_, place) => limiter.get(String(place))));
  const places = waits.map((wait, place) => ({ place, waitMs: Math.max(0, wait?.msBeforeNext ?? 0) }));
  return places.reduce((soonest, other) => (other.waitMs < soonest.waitMs ? other : soonest));
}

function tooManyCalls(waitMs: number): TrunkError {
  const seconds = Math.ceil(waitMs / 1000);
  return new TrunkError("rate_limited", `The carrier's rate for this account is used up for ${seconds} s. Nothing was sent.`, {
    retry_after_seconds: seconds,
    applied: false,
  });
}
