import type { Scope } from "../../pipeline/scope.ts";
import { lookForPlans } from "./poll.ts";

/** Takes up the plans that nobody runs any more, whichever process left them, as long as this one serves. */
export function watchPlans(scope: Scope): { stop(): Promise<void> } {
  return lookForPlans(async () => {
    for (const id of await scope.store.plans.abandoned()) scope.plans.run(id, scope);
  }, scope.log);
}
