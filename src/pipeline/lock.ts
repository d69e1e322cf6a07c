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

/** Runs alone among all processes that share the store. Undefined: another is at it. `inherited`: from a process that died at it. */
export async function runAlone<T>(
  claims: Pick<Claims, "lock" | "unlock">,
  key: string,
  owner: string,
  run: (inherited: boolean) => Promise<T>,
): Promise<{ value: T } | undefined> {
  const lock = await beforeSending(claims.lock(key, owner, LOCK_MS));
  if (lock === "busy") return undefined;
  // A renewal that fails leaves the key to expire: the next owner reads back before sending anything.
  const renewing = setInterval(() => void claims.lock(key, owner, LOCK_MS).catch(() => {}), RENEW_MS);
  renewing.unref();
  try {
    return { value: await run(lock === "inherited") };
  } finally {
    clearInterval(renewing);
    await claims.unlock(key, owner).catch(() => {});
  }
}

/** A write may take this long; a process that died frees its turn before. */
const TURN_MS = 30_000;
const TURN_POLL_MS = 50;

/** Runs when its turn comes, one at a time among all processes that share the store. */
export async function runInTurn<T>(claims: Claims, key: string, owner: string, clock: Clock, run: () => Promise<T>): Promise<T> {
  const until = clock.now() + TURN_MS;
  // Not inherited: what a dead process sent in its turn may still be on its way, and would be taken for ours.
  const lock = async (...given: [string, string, number]) => ((await claims.claim(...given)) ? "taken" : "busy");
  const turn = { lock, unlock: claims.release } as const;
  for (;;) {
    const made = await runAlone(turn, key, owner, run);
    if (made) return made.value;
    if (clock.now() >= until) throw alreadyRunning();
    await clock.sleep(TURN_POLL_MS);
  }
}

export function alreadyRunning(): TrunkError {
  return new TrunkError("conflict", "The very same call is being made at this moment. This one was not sent.", {
    hint: `Wait for the other call's answer. If there is none, its process ended elsewhere: call again in ${LOCK_MS / 1000} seconds, and what it did is found out first.`,
    retry_after_seconds: LOCK_MS / 1000,
    applied: false,
  });
}
