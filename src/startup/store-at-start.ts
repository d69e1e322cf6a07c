import { TrunkError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";

/** Stops a start whose store can never answer as it is set up. One that is away for now may come back, and is waited for. */
export async function askStoreAtStart(ask: () => Promise<unknown>, log: Log): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (error instanceof TrunkError && error.code === "not_configured") throw error;
    log.error({ error }, "the store does not answer; what needs it fails until it does");
  }
}
