import type { Clock } from "../core/clock.ts";
import type { Caller } from "./caller.ts";

/** A signature is checked once a minute, not for each of a client's requests. */
const KEEP_MS = 60_000;
const MAX_KEPT = 1_000;

export interface TokenCache {
  find(tokenHash: Buffer): Caller | undefined;
  keep(tokenHash: Buffer, caller: Caller, untilMs: number): void;
}

/** Tokens that were found good a moment ago, by their hash; none is good for longer than it says itself. */
export function createTokenCache(clock: Clock): TokenCache {
  const kept = new Map<string, { caller: Caller; untilMs: number }>();
  return {
    find: (tokenHash) => {
      const name = tokenHash.toString("base64");
      const found = kept.get(name);
      if (found && clock.now() < found.untilMs) return found.caller;
      kept.delete(name);
      return undefined;
    },
    keep: (tokenHash, caller, untilMs) => {
      kept.set(tokenHash.toString("base64"), { caller, untilMs: Math.min(untilMs, clock.now() + KEEP_MS) });
      const [oldest] = kept.keys();
      if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    },
  };
}
