import type { Log } from "../../core/log.ts";
import type { LeftPlan, PlanQueue } from "../../core/store/plan-queue.ts";
import { lookForPlans } from "../../plans/running/poll.ts";
import type { Tenant } from "./tenant.ts";

export interface PlanWorkPorts {
  /** Plans of all tenants that nobody runs, in the state of that kind. */
  leftPlans(sandbox: boolean): Promise<LeftPlan[]>;
  /** Absent where this process is alone. */
  planQueue: (() => Promise<PlanQueue | undefined>) | undefined;
  log: Log;
}

export interface PlanWork {
  /** Begins nothing more, and ends each run between two steps. */
  stop(): Promise<void>;
}

/** A queue that cannot be opened is tried again; meanwhile each replica takes up what it finds. */
const OPEN_AGAIN_MS = 30_000;

/** Takes up what a replica that died left behind, as long as this one serves. */
export function workOnPlans(tenants: () => Tenant[], ports: PlanWorkPorts): PlanWork {
  const { log } = ports;
  const queue = openedQueue((left) => runLeft(left, false, tenants()), ports);
  const lookAt = async (sandbox: boolean) => {
    // What is tried out has its own state, on this machine alone.
    const shared = sandbox ? undefined : await queue.get();
    for (const left of await ports.leftPlans(sandbox)) {
      if (shared) await shared.offer(left);
      else runLeft(left, sandbox, tenants());
    }
  };
  const kinds = () => [...new Set(tenants().map(({ setup }) => setup.configuration.sandbox))];
  const looks = lookForPlans(async () => void (await Promise.all(kinds().map(lookAt))), log);
  return {
    stop: async () => {
      // First: from here on no run begins, whatever is still looked at or handed out.
      const stopping = tenants().map(({ plans }) => plans.stop());
      await looks.stop();
      await queue.close();
      await Promise.all(stopping);
    },
  };
}

/** A plan of a tenant that is not served here is for the replicas that serve it. */
function runLeft({ tenant: id, plan }: LeftPlan, sandbox: boolean, tenants: readonly Tenant[]): void {
  const tenant = tenants.find(({ setup }) => setup.id === id && setup.configuration.sandbox === sandbox);
  tenant?.plans.run(plan);
}

function openedQueue(run: (left: LeftPlan) => void, { planQueue, log }: PlanWorkPorts) {
  let opened: PlanQueue | undefined;
  let openAgainAt = 0;
  const open = async () => {
    openAgainAt = performance.now() + OPEN_AGAIN_MS;
    opened = await planQueue?.();
    await opened?.work(run);
  };
  return {
    get: async (): Promise<PlanQueue | undefined> => {
      if (opened || performance.now() < openAgainAt) return opened;
      await open().catch((error: unknown) => log.warn({ error }, "the queue of plans cannot be opened: each replica looks for itself"));
      return opened;
    },
    close: async () => void (await opened?.close().catch(() => {})),
  };
}
