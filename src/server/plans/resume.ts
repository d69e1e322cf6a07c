import type { Scope } from "../scope.ts";
import { runHere } from "./apply.ts";

/** Takes up the plans that nobody runs any more, whichever process left them. */
async function resumePlans(scope: Scope): Promise<void> {
  for (const id of await scope.store.plans.abandoned()) runHere(id, scope);
}

const LOOK_EVERY_MS = 500;

/** Looks for such plans as long as this process serves. */
export function watchPlans(scope: Scope): { stop(): void } {
  let looking = false;
  const look = async () => {
    if (looking || scope.runs.stopped) return;
    looking = true;
    await resumePlans(scope).catch((error: unknown) => scope.log.warn({ error }, "plans that were left could not be looked for"));
    looking = false;
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  timer.unref();
  void look();
  return { stop: () => clearInterval(timer) };
}
