import { heldMs, heldUnansweredMs, LATE_POLL_MS, type RateSlot, type RateSlots, type SlotLimit } from "../core/carrier/rate-slots.ts";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";

/** A slot in use. Whether its call was answered is not known before `freeAt`; `lookAt` is the soonest that it can be free. */
interface Use {
  lookAt: number;
  freeAt: number;
}

/** The slots of one process. */
export function memorySlots(clock: Clock): RateSlots {
  const accounts = new Map<string, Set<Use>>();
  return {
    async take(account, limit, count) {
      const used = accounts.get(account) ?? new Set();
      accounts.set(account, used);
      const now = clock.now();
      // As long as there are slots enough, a call costs the same however many were taken before it.
      if (used.size + count > limit.calls) for (const use of used) if (use.freeAt <= now) used.delete(use);
      const free = Math.max(0, Math.min(count, limit.calls - used.size));
      const waitsMs = free < count ? [...used].map((use) => waitMs(use, now)).sort((a, b) => a - b) : [];
      return { slots: Array.from({ length: free }, () => useSlot(used, limit, clock)), waitsMs };
    },
  };
}

function waitMs({ lookAt, freeAt }: Use, now: number): number {
  return lookAt > now ? lookAt - now : Math.min(freeAt - now, LATE_POLL_MS);
}

function useSlot(used: Set<Use>, limit: SlotLimit, clock: Clock): RateSlot {
  const now = clock.now();
  const use = { lookAt: now + heldMs(limit), freeAt: now + heldUnansweredMs(limit) };
  used.add(use);
  return {
    async leave() {
      use.lookAt = use.freeAt = clock.now() + heldMs(limit);
    },
  };
}

/** So many replicas stay within a rate together while each counts alone. */
const REPLICAS = 20;
const ASK_AGAIN_MS = 5_000;

/**
 * While the slots that replicas share cannot be asked, reads go on: each replica lets a small part of the rate through.
 * (A write is refused before it comes here, for it cannot be journaled.)
 */
export function withFallback(shared: RateSlots, { clock, log }: { clock: Clock; log: Log }): RateSlots {
  const own = memorySlots(clock);
  const takeAlone: RateSlots["take"] = (account, limit, count) =>
    own.take(account, { ...limit, calls: Math.max(1, Math.floor(limit.calls / REPLICAS)) }, count);
  let askAgainAt = 0;
  return {
    async take(account, limit, count) {
      if (clock.now() < askAgainAt) return await takeAlone(account, limit, count);
      try {
        return await shared.take(account, limit, count);
      } catch (error) {
        askAgainAt = clock.now() + ASK_AGAIN_MS;
        log.warn({ error }, "the rate that replicas share cannot be read: this one counts alone, with a small part of it");
        return await takeAlone(account, limit, count);
      }
    },
  };
}
