import type { Asking } from "../approval/agree.ts";
import type { Outside } from "../approval/outside.ts";
import type { Said } from "../approval/sentences.ts";
import type { WantedConnection } from "../core/carrier/connection.ts";
import type { CallObserver } from "../core/carrier/observer.ts";
import type { Carrier } from "../core/carrier/provider.ts";
import type { WantedSetups } from "../core/carrier/setup.ts";
import type { Clock } from "../core/clock.ts";
import type { Output, Probes } from "../core/local.ts";
import type { Log } from "../core/log.ts";
import type { Progress, WantedSteps } from "../core/plan-progress.ts";
import type { Cache } from "../core/store/cache.ts";
import type { Changes } from "../core/store/changes.ts";
import type { UnsettledIntent } from "../core/store/journal.ts";
import type { Store } from "../core/store/store.ts";
import type { ToolResult } from "../core/tool.ts";
import type { Policy } from "./policy.ts";

/** Everything that one caller's calls may touch. */
export interface Scope {
  principal: string;
  policy: Policy;
  carriers: readonly Carrier[];
  /** Emulators answer for all carriers. */
  sandbox: boolean;
  store: Store;
  /** For completions, which a person waits for at each key that they type. */
  cache: Cache;
  /** The operator's own variables; only those named TRUNKLINE_SECRET_… are ever asked for. */
  environmentSecret(name: string): string | undefined;
  /** Whether a form's answer is a person's word here: the operator decides, never the caller. */
  trustsForms: boolean;
  /** A page, and a command for their own terminal, for a person without a form. Absent: they cannot be reached. */
  outside?: Outside | undefined;
  clock: Clock;
  log: Log;
  /** Files for a person go into a folder of this machine, or on a page that the person opens once. */
  output: Extract<Output, { kind: "folder" }> | "page";
  /** Counts calls; absent where there are no metrics. */
  observer?: CallObserver | undefined;
  changes: Changes;
  probes: Probes;
  plans: PlanDesk;
  /** How long a call of apply_plan waits for the end of its plan; the plan itself goes on. */
  planAnswerMs?: number;
}

/** One call of apply_plan. */
export interface ApplyCall extends Asking {
  planId: string;
  cancel: boolean;
  signal: AbortSignal;
  /** Closing this stream is the caller's word that the plan is to stop, not a connection that broke. */
  stopsWithSignal: boolean;
  progress?: Progress | undefined;
}

/**
 * Plans as a call needs them. A plan's steps are calls of the pipeline, and a call may apply a plan: this interface lets
 * `src/plans` stand above the pipeline. It also holds the plans that this process runs for the tenant.
 */
export interface PlanDesk {
  make(wanted: WantedSetups, scope: Scope, signal: AbortSignal): Promise<ToolResult>;
  connect(wanted: WantedConnection, scope: Scope, signal: AbortSignal): Promise<ToolResult>;
  status(planId: string, scope: Scope, steps?: WantedSteps): Promise<ToolResult>;
  apply(call: ApplyCall, scope: Scope): Promise<ToolResult>;
  /** The effects of a plan's steps, trunk by trunk, for a person to look at. */
  decisions(planId: string, scope: Scope): Promise<Said[]>;
  /** Runs a plan in the background unless another process does. */
  run(planId: string, scope: Scope): void;
  /** Settles a write that a crash left open, if it is a plan's step: false where it is none. */
  settleStep(intent: UnsettledIntent, scope: Scope): Promise<boolean>;
  /** Ends each run after the step that it is at; another process goes on with them. */
  stop(): Promise<void>;
}
