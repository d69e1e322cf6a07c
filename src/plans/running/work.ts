import type { StepTrace } from "../../core/store/plans.ts";
import type { Scope } from "../../pipeline/scope.ts";
import type { HeldLease } from "./lease.ts";
import type { KnownTrunks } from "./ready-step.ts";
import type { StepGuard } from "./step-guard.ts";

/** A person's word for a plan, and the digest of the sentences that they saw. */
export interface PersonsWord {
  approval: string;
  shown?: string;
}

/** One run of one plan: what it holds, what it knows. */
export interface Work {
  plan: string;
  /** Its steps are at both ends of a connection. */
  isConnected: boolean;
  /** Absent where no step needed one. */
  word: PersonsWord | undefined;
  scope: Scope;
  held: HeldLease;
  /** How the steps stood when this run began. */
  traces: ReadonlyMap<number, StepTrace>;
  known: KnownTrunks;
  guard: StepGuard;
  stop: AbortSignal;
  /** Aborted when the process or the plan is to end: steps that are not sent yet are not sent any more. */
  calledOff: AbortSignal;
}
