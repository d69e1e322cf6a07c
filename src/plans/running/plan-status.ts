import type { DoneStep } from "../../core/carrier/planner.ts";
import type { StepTrace, StoredPlan } from "../../core/store/plans.ts";
import type { ToolResult } from "../../core/tool.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { makePlan } from "../planning/make-plan.ts";
import { observe, type Planners, plannersOf } from "../planning/observe.ts";
import { observeAgain } from "../planning/observe-again.ts";
import { undoSteps } from "../planning/undo.ts";
import { contentOf, ownPlan } from "./kept-plan.ts";
import { keepPlanned } from "./make-and-keep.ts";
import { isStopped, progressView } from "./plan-report.ts";
import { settleLeft } from "./settle-left.ts";

/** How far a plan is; of one that stopped half-way, also the plans that would finish it or take it back. */
export async function statusOf(id: string, scope: Scope): Promise<ToolResult> {
  const plan = await ownPlan(id, scope);
  const before = await scope.store.plans.steps(id);
  const settled = isStopped(plan.state) && (await settleLeft(plan, before, scope));
  const traces = settled ? await scope.store.plans.steps(id) : before;
  const view = progressView(plan, traces);
  return isStopped(view.state) && traces.length > 0 ? { ...view, ...(await waysOn(plan, traces, scope)) } : view;
}

/** A carrier that does not answer now leaves the ways on out; the person can ask again. */
async function waysOn(plan: StoredPlan, traces: readonly StepTrace[], scope: Scope): Promise<ToolResult> {
  const { signal } = new AbortController();
  const quietly = (made: Promise<ToolResult | undefined>) => made.catch(() => undefined);
  const finish = await quietly(finishPlan(plan, scope, signal));
  const undo = await quietly(undoPlan(plan, traces, scope, signal));
  return {
    ...(typeof finish?.["plan_id"] === "string" ? { finish_plan_id: finish["plan_id"] } : {}),
    ...(typeof undo?.["plan_id"] === "string" ? { undo_plan_id: undo["plan_id"] } : {}),
  };
}

async function finishPlan(plan: StoredPlan, scope: Scope, signal: AbortSignal): Promise<ToolResult | undefined> {
  const { setups, prune } = contentOf(plan).content;
  if (setups.length === 0) return undefined;
  const placed = setups.map((setup) => ({ setup, at: "" }));
  const live = await observe(placed, scope.carriers, { prune, signal });
  return await keepPlanned(makePlan({ setups: placed, prune, sandbox: scope.sandbox }, live), scope);
}

/** Removes what the plan created and nothing else: a plan like any other, with its own approval. */
async function undoPlan(
  plan: StoredPlan,
  traces: readonly StepTrace[],
  scope: Scope,
  signal: AbortSignal,
): Promise<ToolResult | undefined> {
  const { content, observed } = contentOf(plan);
  const resultOf = new Map(traces.flatMap(({ n, phase, result }) => (phase === "done" && result ? [[n, result] as const] : [])));
  const done = content.steps.flatMap((step): DoneStep[] => {
    const result = resultOf.get(step.n);
    return result ? [{ step, result }] : [];
  });
  const planners = await plannersOf(scope.carriers);
  const { steps, stays } = undoSteps(done, observed, planners);
  if (steps.length === 0) return undefined;
  const now = await observeAgain(trunksOf(done, observed, planners), scope.carriers, signal);
  const warnings = stays.map(({ tool, trunk }) => `${tool} on ${trunk} stays as it is: what would take it back cannot be told.`);
  return await keepPlanned(
    { kind: "plan", content: { setups: [], prune: false, steps, unchanged: [], warnings, next: [] }, observed: now },
    scope,
  );
}

/** The trunks that the plan made, and those that it found. */
function trunksOf(done: readonly DoneStep[], observed: ReturnType<typeof contentOf>["observed"], planners: Planners) {
  const found = observed.filter(({ trunk_id }) => trunk_id !== undefined);
  const made = done.flatMap((one) => {
    const trunk_id = planners.get(one.step.provider)?.created(one);
    return trunk_id === undefined ? [] : [{ provider: one.step.provider, trunk: one.step.trunk, trunk_id, fingerprint: "", facts: null }];
  });
  return [...found, ...made];
}
