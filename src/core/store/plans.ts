import type { IntentRecord, WriteOutcome } from "./journal.ts";

/** `planned` waits for somebody to apply it; `void`: what it was made against is no longer so. */
export type PlanState = "planned" | "running" | "done" | "failed" | "cancelled" | "void";

/** A plan as it is kept. Its content is the planner's; nothing here looks inside. */
export interface PlanRecord {
  /** Of its meaning. Kept once; a plan that ended and is made again gets a new id. */
  id: string;
  principal: string;
  /** Digest of the policy under which it was made. */
  policy: string;
  content: unknown;
}

export interface StoredPlan extends PlanRecord {
  state: PlanState;
  approval: string | undefined;
  cancelAsked: boolean;
  madeAt: number;
  /** Set once somebody applies it. */
  startedAt: number | undefined;
  /** The last runner's report. */
  report: unknown;
}

/** The right to run a plan. The next runner gets a higher fence, which ends this one. */
export interface Lease {
  plan: string;
  fence: number;
}

/** A plan that is to run and that nobody runs. */
export interface LeftPlan {
  tenant: string;
  plan: string;
}

/** How a step stands, as the journal tells. */
export interface StepTrace {
  n: number;
  intent: string;
  phase: "intent" | WriteOutcome;
  at: number;
  /** Its tool's answer, if that was kept. */
  result: Record<string, unknown> | undefined;
}

export interface StepBegin extends IntentRecord {
  n: number;
  /** Held, so that no equal call of anybody's runs at the same time. */
  lock: string;
}

export interface StepEnd {
  n: number;
  intent: string;
  lock: string;
  outcome: WriteOutcome;
  detail?: string | undefined;
  result?: Record<string, unknown> | undefined;
}

export type Begun = { kind: "begun"; intents: string[] } | { kind: "lost" | "cancelled" | "busy" };

/** Plans and who runs them. The journal decides what is done; this only says whose turn it is. */
export interface Plans {
  /** The id under which it can be applied. */
  keep(record: PlanRecord): Promise<string>;
  find(id: string): Promise<StoredPlan | undefined>;
  /** From `planned` to `running`, for one caller; false for the others. */
  start(id: string, approval: string | undefined): Promise<boolean>;
  /** A plan that was not started can end without having run. */
  end(id: string, state: "void" | "cancelled"): Promise<boolean>;
  askToCancel(id: string): Promise<void>;
  /** Undefined while another runner has it. */
  lease(id: string, ttlMs: number): Promise<Lease | undefined>;
  renew(lease: Lease, ttlMs: number): Promise<"held" | "cancelled" | "lost">;
  /** Journals the intents of these steps if the lease still stands, all or none. */
  begin(lease: Lease, ttlMs: number, steps: readonly StepBegin[]): Promise<Begun>;
  /** Journals how steps ended, also after the lease was lost. */
  settle(ends: readonly StepEnd[], plan: string): Promise<void>;
  /** Every step that was ever begun, with its latest attempt. */
  steps(id: string): Promise<StepTrace[]>;
  /** The step that this intent began; undefined for the write of a single call. */
  stepOf(intent: string): Promise<{ plan: string; n: number } | undefined>;
  /** How many steps have taken effect, without reading them. */
  countDone(id: string): Promise<number>;
  /** False when the lease was lost before. */
  finish(lease: Lease, state: "done" | "failed" | "cancelled", report: unknown): Promise<boolean>;
  /** Replaces the report of a plan that ended without being done. */
  amend(id: string, report: unknown): Promise<void>;
  /** Lets another runner take it at once. */
  release(lease: Lease): Promise<void>;
  /** Plans that are to run and that nobody runs. */
  abandoned(): Promise<string[]>;
}

/** The request id under which a step is journaled and sent, for people who read logs. */
export function stepRequest(plan: string, n: number): string {
  return `${plan}.${n}`;
}
