import { sayReferences } from "../../core/carrier/login-reference.ts";
import type { Step } from "../../core/carrier/planner.ts";
import type { WantedSteps } from "../../core/plan-progress.ts";
import type { PlanState, StepTrace, StoredPlan } from "../../core/store/plans.ts";
import type { ToolResult } from "../../core/tool.ts";
import type { Planners } from "../planning/observe.ts";
import { type PlanContent, warningsOf } from "../planning/plan-content.ts";
import { effects, needsPerson, rowsOf, unchangedRows } from "../planning/step-rows.ts";
import { contentOf, type FailedStep, type PlanReport, reportOf } from "./plan-record.ts";

/** An answer lists this many steps and counts the rest. */
const MOST_LISTED = 30;

/** A plan before it is applied. */
export function planView(content: PlanContent, planners: Planners): ToolResult {
  const { steps, next } = content;
  const warnings = warningsOf(content);
  const unchanged = unchangedRows(content.unchanged);
  return {
    summary: [...(content.purpose ?? []), ...effects(content, planners)],
    steps: steps.slice(0, MOST_LISTED).map(({ n, trunk, tool, effect, reason, arguments: given, exposure }) => ({
      ...{ n, trunk, tool, effect, reason, arguments: sayReferences(given) },
      ...(exposure === undefined ? {} : { exposure }),
    })),
    ...leftOut(steps),
    approval_needed: steps.some(needsPerson),
    ...(unchanged.length > 0 ? { unchanged } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(next.length > 0 ? { next } : {}),
  };
}

function leftOut(steps: readonly unknown[]): { steps_left_out?: number } {
  return steps.length > MOST_LISTED ? { steps_left_out: steps.length - MOST_LISTED } : {};
}

const statusOf = { done: "done", failed: "failed", unknown: "unknown", intent: "running" } as const satisfies Record<
  StepTrace["phase"],
  string
>;

/** No step is running once the plan has ended. */
function statusIn({ state }: StoredPlan, { phase }: StepTrace): string {
  return phase === "intent" && state !== "running" ? "unknown" : statusOf[phase];
}

/** `partial` is a plan that failed when some of it was done, or when its carrier takes the rest later. */
type ShownState = PlanState | "partial";

export function isStopped(state: ShownState): boolean {
  return state === "failed" || state === "partial" || state === "cancelled";
}

/** A step in doubt may have been settled after the plan had ended: once each is known to have taken effect, the plan is done. */
function stateOf({ state }: StoredPlan, done: number, notDone: number, report: PlanReport | undefined): ShownState {
  if (isStopped(state) && notDone === 0) return "done";
  return state === "failed" && (done > 0 || report?.retryAt !== undefined) ? "partial" : state;
}

/** The steps that are listed, and the words for them. */
export interface Listing extends WantedSteps {
  planners: Planners;
}

/** How far a plan is. Steps are listed while they say something: what is done of the same is counted. */
export function progressView(
  plan: StoredPlan,
  traces: readonly StepTrace[],
  now: number,
  listing?: Listing,
): ToolResult & { state: ShownState; done: number } {
  const { content } = contentOf(plan);
  const traceOf = new Map(traces.map((trace) => [trace.n, trace]));
  const steps = content.steps.map((step): ListedStep => {
    const trace = traceOf.get(step.n);
    return { step, status: trace ? statusIn(plan, trace) : "waiting", result: trace?.result };
  });
  const done = steps.filter(({ status }) => status === "done").length;
  const report = reportOf(plan);
  const state = stateOf(plan, done, steps.length - done, report);
  return {
    plan_id: plan.id,
    state,
    total: steps.length,
    done,
    not_done: steps.length - done,
    ...(state === "done" ? {} : failures(report, now)),
    ...listedSteps(steps, listing),
    ...listUnder(
      "credentials",
      steps.flatMap(({ result }) => listed(result?.["credentials"])),
    ),
  };
}

function failures(report: PlanReport | undefined, now: number): ToolResult {
  const { failed, alsoFailed = [], retryAt } = report ?? {};
  const waitMs = retryAt === undefined ? 0 : retryAt - now;
  return {
    ...(failed === undefined ? {} : { failed: failedView(failed) }),
    ...(alsoFailed.length > 0 ? { also_failed: alsoFailed.map(failedView) } : {}),
    ...(waitMs > 0 ? { retry_after_seconds: Math.ceil(waitMs / 1000), retry_at: new Date(now + waitMs).toISOString() } : {}),
  };
}

function failedView({ lasting, ...rest }: FailedStep): ToolResult {
  return { ...rest, ...(lasting === undefined ? {} : { would_fail_again: lasting }) };
}

interface ListedStep {
  step: Step;
  status: string;
  result: Record<string, unknown> | undefined;
}

/** Lists unfinished steps first; they are why somebody asks. Those that were asked for come in their order, in words. */
function listedSteps(steps: readonly ListedStep[], { from, kind, planners }: Partial<Listing> = {}): ToolResult {
  const isAsked = from !== undefined || kind !== undefined;
  const found = steps.filter(({ step, status }) => step.n >= (from ?? 1) && (kind === undefined || kind === step.tool || kind === status));
  const isDone = ({ status }: ListedStep) => status === "done";
  const ordered = isAsked ? found : [...found.filter((one) => !isDone(one)), ...found.filter(isDone)];
  const shown = ordered.slice(0, MOST_LISTED).map(({ step, status, result }) => ({
    ...{ n: step.n, trunk: step.trunk, tool: step.tool, status },
    ...(isAsked && planners ? { what: rowsOf([step], planners)[0]?.said } : {}),
    ...(result?.["snapshot_id"] === undefined ? {} : { snapshot_id: result["snapshot_id"] }),
  }));
  return { steps: shown.sort((a, b) => a.n - b.n), ...leftOut(ordered) };
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function listUnder(name: string, rows: unknown[]): Record<string, unknown[]> {
  return rows.length === 0 ? {} : { [name]: rows };
}
