import type { Scope } from "../../pipeline/scope.ts";
import { pollPlans } from "./poll.ts";

/** Resumes the plans that no process runs any more, as long as this one serves. */
export function watchPlans(scope: Scope): { stop(): Promise<void> } {
  return pollPlans(async () => {
    for (const id of await scope.store.plans.abandoned()) scope.plans.run(id, scope);
  }, scope.log);
}
