import type { Log } from "../../core/log.ts";

/** With a lease of three seconds, the plans of a process that died go on within five. */
const POLL_EVERY_MS = 500;

/** Polls at once and then twice a second, one poll after the other. */
export function pollPlans(poll: () => Promise<void>, log: Log): { stop(): Promise<void> } {
  let polling: Promise<void> | undefined;
  const begin = () => {
    polling ??= poll()
      .catch((error: unknown) => log.warn({ error }, "the poll for plans that nobody runs failed"))
      .finally(() => {
        polling = undefined;
      });
  };
  const timer = setInterval(begin, POLL_EVERY_MS);
  timer.unref();
  begin();
  return {
    stop: async () => {
      clearInterval(timer);
      await polling;
    },
  };
}
