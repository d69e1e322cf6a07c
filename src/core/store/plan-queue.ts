/** A plan that is to run and that nobody runs. */
export interface LeftPlan {
  tenant: string;
  plan: string;
}

/**
 * Hands plans out to whichever replica is free. It may hand one out twice, or to a replica that then dies, or never: who may
 * run a plan the lease decides, and what is left to do the journal.
 */
export interface PlanQueue {
  offer(left: LeftPlan): Promise<void>;
  /** Calls `run` for what is handed to this replica. */
  work(run: (left: LeftPlan) => void): Promise<void>;
  close(): Promise<void>;
}
