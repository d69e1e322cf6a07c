import type { Log } from "../../core/log.ts";

/** With a lease of three seconds, what died goes on within five. */
const LOOK_EVERY_MS = 500;

/** Looks at once, and then again and again, one look after the other. */
export function lookForPlans(look: () => Promise<void>, log: Log): { stop(): Promise<void> } {
  let looking: Promise<void> | undefined;
  const begin = () => {
    looking ??= look()
      .catch((error: unknown) => log.warn({ error }, "plans that were left could not be looked for"))
      .finally(() => {
        looking = undefined;
      });
  };
  const timer = setInterval(begin, LOOK_EVERY_MS);
  timer.unref();
  begin();
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
