import type { Log } from "../../core/log.ts";
import type { LeftPlan } from "../../core/store/plans.ts";
import { pollPlans } from "../../plans/running/poll.ts";
import type { Tenant } from "./tenant.ts";

export interface LeftPlanPorts {
  /** Plans of all tenants that nobody runs, in the state of that kind. */
  leftPlans(sandbox: boolean): Promise<LeftPlan[]>;
  log: Log;
}

export interface LeftPlanWork {
  /** Begins nothing more, and ends each run between two steps. */
  stop(): Promise<void>;
}

/** Takes up what a replica that died left behind, as long as this one serves. Of several that try, the plan's lease lets one in. */
export function takeUpLeftPlans(tenants: () => Tenant[], { leftPlans, log }: LeftPlanPorts): LeftPlanWork {
  const poll = async (sandbox: boolean) => {
    for (const left of await leftPlans(sandbox)) runLeft(left, sandbox, tenants());
  };
  // The sandbox has a store of its own.
  const kinds = () => [...new Set(tenants().map(({ setup }) => setup.configuration.sandbox))];
  const polling = pollPlans(async () => void (await Promise.all(kinds().map(poll))), log);
  return {
    stop: async () => {
      // First: from here on no run begins, whatever the poll still finds.
      const stopping = tenants().map(({ plans }) => plans.stop());
      await polling.stop();
      await Promise.all(stopping);
    },
  };
}

/** A plan of a tenant that is not served here is for the replicas that serve it. */
function runLeft({ tenant: id, plan }: LeftPlan, sandbox: boolean, tenants: readonly Tenant[]): void {
  const tenant = tenants.find(({ setup }) => setup.id === id && setup.configuration.sandbox === sandbox);
  tenant?.plans.run(plan);
}
