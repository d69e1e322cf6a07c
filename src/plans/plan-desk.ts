import type { PlanDesk } from "../pipeline/scope.ts";
import { PlanRuns } from "./running/runs-here.ts";

/** Lends plans to the calls of one tenant. Their code loads with the first plan, since most processes serve other calls. */
export function createPlanDesk(): PlanDesk {
  const runs = new PlanRuns();
  return {
    make: async (wanted, scope, signal) => (await import("./running/make-and-store.ts")).makeFrom(wanted, scope, signal),
    connect: async (wanted, scope, signal) => (await import("./connecting/connect.ts")).connect(wanted, scope, signal),
    status: async (planId, scope, steps) => (await import("./running/plan-status.ts")).statusOf(planId, scope, steps),
    apply: async (call, scope) => (await import("./running/apply.ts")).applyPlan(call, scope, runs),
    decisions: async (planId, scope) => (await import("./running/decisions.ts")).decisionsOf(planId, scope),
    run: (planId, scope) => void runs.run(planId, scope),
    settleStep: async (intent, scope) => (await import("./running/settle-left.ts")).settleIntent(intent, scope),
    stop: () => runs.stop(),
  };
}
