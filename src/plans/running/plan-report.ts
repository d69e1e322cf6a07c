import type { PlanState, StepTrace, StoredPlan } from "../../core/store/plans.ts";
import type { ToolResult } from "../../core/tool.ts";
import type { Planners } from "../planning/observe.ts";
import type { PlanContent } from "../planning/plan-content.ts";
import { effects, needsPerson, unchangedRows } from "../planning/step-rows.ts";
import { contentOf, reportOf } from "./plan-record.ts";

/** An answer lists this many steps and counts the rest. */
const MOST_LISTED = 30;

/** A plan before it is applied. */
export function planView(content: PlanContent, planners: Planners): ToolResult {
  const { steps, warnings, next } = content;
  const unchanged = unchangedRows(content.unchanged);
  return {
    summary: effects(content, planners),
    steps: steps.slice(0, MOST_LISTED).map(({ n, trunk, tool, effect, reason, arguments: given, exposure }) => ({
      ...{ n, trunk, tool, effect, reason, arguments: given },
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

export function isStopped(state: PlanState): boolean {
  return state === "failed" || state === "cancelled";
}

/** A step in doubt may have been settled after the plan had ended: once each is known to have taken effect, the plan is done. */
function stateOf({ state }: StoredPlan, notDone: number): PlanState {
  return isStopped(state) && notDone === 0 ? "done" : state;
}

/** How far a plan is. Steps are listed while they say something: what is done of the same is counted. */
export function progressView(plan: StoredPlan, traces: readonly StepTrace[]): ToolResult & { state: PlanState } {
  const { content } = contentOf(plan);
  const traceOf = new Map(traces.map((trace) => [trace.n, trace]));
  const steps = content.steps.map(({ n, trunk, tool, provider }) => {
    const trace = traceOf.get(n);
    return { n, trunk, provider, tool, status: trace ? statusIn(plan, trace) : "waiting", result: trace?.result };
  });
  const count = (status: string) => steps.filter((step) => step.status === status).length;
  const done = count("done");
  const state = stateOf(plan, steps.length - done);
  const failed = state === "done" ? undefined : reportOf(plan)?.failed;
  return {
    plan_id: plan.id,
    state,
    total: steps.length,
    done,
    not_done: steps.length - done,
    ...(failed === undefined ? {} : { failed }),
    trunks: trunksOf(steps),
    ...listedSteps(steps),
    ...listUnder(
      "credentials",
      steps.flatMap(({ result }) => listed(result?.["credentials"])),
    ),
    ...(state === "done" && content.next.length > 0 ? { next: content.next } : {}),
  };
}

interface ListedStep {
  n: number;
  trunk: string;
  tool: string;
  status: string;
  result: Record<string, unknown> | undefined;
}

/** Lists unfinished steps first; they are why somebody asks. */
function listedSteps(steps: readonly ListedStep[]): ToolResult {
  const ordered = [...steps.filter(({ status }) => status !== "done"), ...steps.filter(({ status }) => status === "done")];
  const shown = ordered.slice(0, MOST_LISTED).map(({ n, trunk, tool, status, result }) => ({
    ...{ n, trunk, tool, status },
    ...(result?.["snapshot_id"] === undefined ? {} : { snapshot_id: result["snapshot_id"] }),
  }));
  return { steps: shown.sort((a, b) => a.n - b.n), ...leftOut(steps) };
}

/** The trunks that were created, for the calls that follow. */
function trunksOf(steps: readonly { provider: string; result: Record<string, unknown> | undefined }[]): object[] {
  return steps.flatMap(({ provider, result }) => {
    const trunk = result?.["trunk"] as { trunk_id?: unknown; trunk_name?: unknown } | undefined;
    return typeof trunk?.trunk_id === "string" ? [{ provider, trunk_id: trunk.trunk_id, trunk_name: String(trunk.trunk_name) }] : [];
  });
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function listUnder(name: string, rows: unknown[]): Record<string, unknown[]> {
  return rows.length === 0 ? {} : { [name]: rows };
}
