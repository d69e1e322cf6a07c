import type { Clock } from "../core/clock.ts";
import { TrunkError } from "../core/errors.ts";
import { type Claims, LOCK_MS } from "../core/store/store.ts";

const RENEW_MS = 5_000;

/** A step of a write that comes before anything is sent: what fails there has changed nothing at the carrier, and says so. */
export function beforeSending<T>(step: Promise<T>): Promise<T> {
  return step.catch((error: unknown) => {
    throw error instanceof TrunkError ? error.with({ applied: false }) : error;
  });
}

/** Runs alone among all processes that share the store. Undefined: another is at it. */
export async function runAlone<T>(claims: Claims, key: string, owner: string, run: () => Promise<T>): Promise<{ value: T } | undefined> {
  if (!(await beforeSending(claims.claim(key, owner, LOCK_MS)))) return undefined;
  // A renewal that fails leaves the key to expire: the next owner reads back before sending anything.
  const renewing = setInterval(() => void claims.claim(key, owner, LOCK_MS).catch(() => {}), RENEW_MS);
  renewing.unref();
  try {
    return { value: await run() };
  } finally {
    clearInterval(renewing);
    await claims.release(key, owner).catch(() => {});
  }
}

/** A write may take this long; a process that died frees its turn before. */
const TURN_MS = 30_000;
const TURN_POLL_MS = 50;

/** Runs when its turn comes, one at a time among all processes that share the store. */
export async function runInTurn<T>(claims: Claims, key: string, owner: string, clock: Clock, run: () => Promise<T>): Promise<T> {
  const until = clock.now() + TURN_MS;
  for (;;) {
    const made = await runAlone(claims, key, owner, run);
    if (made) return made.value;
    if (clock.now() >= until) throw alreadyRunning();
    await clock.sleep(TURN_POLL_MS);
  }
}

export function alreadyRunning(): TrunkError {
  return new TrunkError("conflict", "The very same call is being made at this moment. This one was not sent.", {
    hint: "Wait for the other call's answer; if its process died, the next call finds out what became of it.",
    retry_after_seconds: LOCK_MS / 1000,
    applied: false,
  });
}
