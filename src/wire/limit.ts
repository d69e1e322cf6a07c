import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Clock } from "../core/clock.ts";
import { TrunkError } from "../core/errors.ts";
import type { RateLimit } from "../core/wire.ts";

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
      const place = String(entry.ticket++ % limit.calls);
      const deadline = clock.now() + maxWaitMs;
      for (;;) {
        const waitMs = await tryPlace(entry.limiter, place);
        if (waitMs === 0) return;
        if (clock.now() + waitMs > deadline) throw tooManyCalls(waitMs);
        await clock.sleep(waitMs, signal);
      }
    },
  };
}

function placeLimiter(limit: RateLimit): RateLimiterMemory {
  return new RateLimiterMemory({ points: 1, duration: (limit.perMs + JITTER_MS) / 1000 });
}

async function tryPlace(limiter: RateLimiterMemory, place: string): Promise<number> {
  const answer = await limiter.consume(place).catch((refusal: unknown) => refusal);
  if (!(answer instanceof RateLimiterRes)) throw answer;
  return answer.consumedPoints <= 1 ? 0 : Math.max(1, answer.msBeforeNext);
}

function tooManyCalls(waitMs: number): TrunkError {
  const seconds = Math.ceil(waitMs / 1000);
  return new TrunkError("rate_limited", `The carrier's rate for this account is used up for ${seconds} s. Nothing was sent.`, {
    retry_after_seconds: seconds,
    applied: false,
  });
}
