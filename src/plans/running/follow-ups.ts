import { digest } from "../../core/canonical.ts";
import type { DoneStep, Step } from "../../core/carrier/planner.ts";
import type { StepTrace, StoredPlan } from "../../core/store/plans.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { makePlan } from "../planning/make-plan.ts";
import { observe, type Planners, plannersOf } from "../planning/observe.ts";
import { observeAgain } from "../planning/observe-again.ts";
import type { Observed, PlanContent, Planned } from "../planning/plan-content.ts";
import { undoSteps } from "../planning/undo.ts";
import { storePlanned } from "./make-and-store.ts";
import { contentOf, type FailedStep, type PlanReport } from "./plan-record.ts";

/**
 * Makes and stores the plans that would finish a stopped plan or take it back, and adds them to its report. `isComplete`: each
 * carrier answered what they need.
 */
export async function withFollowUps(
  report: Partial<PlanReport>,
  plan: StoredPlan,
  traces: readonly StepTrace[],
  scope: Scope,
): Promise<{ report: Partial<PlanReport>; isComplete: boolean }> {
  const { signal } = new AbortController();
  const [finish, undo] = await Promise.allSettled([finishPlan(plan, traces, scope, signal), undoPlan(plan, traces, scope, signal)]);
  const finishing = finish.status === "fulfilled" ? finish.value : undefined;
  const followUps = { finish_plan_id: finishing?.id, undo_plan_id: undo.status === "fulfilled" ? undo.value : undefined };
  return {
    report: { ...(finishing ? withLasting(report, plan, finishing.made, scope) : report), followUps },
    isComplete: finish.status === "fulfilled" && undo.status === "fulfilled",
  };
}

/** A refusal whose error does not tell how long it lasts: lasting, where the finishing plan makes the same call, or asks first. */
function withLasting(report: Partial<PlanReport>, plan: StoredPlan, finishing: Planned, { carriers }: Scope): Partial<PlanReport> {
  const { steps } = contentOf(plan).content;
  const callOf = ({ provider, tool, arguments: given, chain = "" }: Step) => {
    // A trunk that the plan made stands under its name there, and under its id here.
    const { [carriers.find((one) => one.provider.id === provider)?.provider.trunkField ?? ""]: _, ...rest } = given;
    return digest(provider, tool, rest, chain);
  };
  const left = finishing.kind === "questions" ? undefined : new Set(finishing.content.steps.map(callOf));
  const told = (failed: FailedStep): FailedStep => {
    const step = steps.find(({ n }) => n === failed.n);
    return step && failed.lasting === undefined ? { ...failed, lasting: left?.has(callOf(step)) ?? true } : failed;
  };
  const { failed, alsoFailed } = report;
  return { ...report, ...(failed ? { failed: told(failed) } : {}), ...(alsoFailed ? { alsoFailed: alsoFailed.map(told) } : {}) };
}

/** Goes on with the very trunks that the plan saw or made, whatever they are called by now. */
async function finishPlan(
  plan: StoredPlan,
  traces: readonly StepTrace[],
  scope: Scope,
  signal: AbortSignal,
): Promise<{ made: Planned; id: string | undefined } | undefined> {
  const { content, observed } = contentOf(plan);
  const { setups, prune, pruned } = content;
  if (setups.length === 0) return undefined;
  const known = trunksOf(doneSteps(content, traces), observed, await plannersOf(scope.carriers));
  const placed = setups.map((setup) => {
    const own = known.filter(({ provider, trunk }) => provider === setup.provider && trunk === setup.trunk);
    return { setup: own.length === 1 ? { ...setup, trunk: own[0]?.trunk_id ?? setup.trunk } : setup, at: "" };
  });
  const live = await observe(placed, scope.carriers, { prune, signal });
  const rest = makePlan({ setups: placed, prune, pruned, sandbox: scope.sandbox }, live);
  const made = rest.kind === "questions" ? rest : { ...rest, content: { ...rest.content, ...bothEnds(content) } };
  return { made, id: (await storePlanned(made, scope, plan.policy)).plan_id };
}

/** Removes what the plan created and nothing else: a plan like any other, with its own approval. */
async function undoPlan(plan: StoredPlan, traces: readonly StepTrace[], scope: Scope, signal: AbortSignal): Promise<string | undefined> {
  const { content, observed } = contentOf(plan);
  const done = doneSteps(content, traces);
  const { steps, stays } = await undoSteps(done, observed, scope.carriers);
  if (steps.length === 0) return undefined;
  const now = await observeAgain(trunksOf(done, observed, await plannersOf(scope.carriers)), scope.carriers, signal);
  const warnings = stays.map(({ tool, trunk }) => `${tool} on ${trunk} stays as it is: what would take it back cannot be told.`);
  const { connected } = bothEnds(content);
  const undo = { ...(connected && { connected }), setups: [], prune: false, steps, unchanged: [], warnings, next: [] };
  return (await storePlanned({ kind: "plan", content: undo, observed: now }, scope, plan.policy)).plan_id;
}

/** The rest of a connection is one too, and a person reads the same outcome. */
function bothEnds({ connected, purpose }: PlanContent): Pick<PlanContent, "connected" | "purpose"> {
  return { ...(connected && { connected }), ...(purpose && { purpose }) };
}

export function doneSteps({ steps }: PlanContent, traces: readonly StepTrace[]): DoneStep[] {
  const resultOf = new Map(traces.flatMap(({ n, phase, result }) => (phase === "done" && result ? [[n, result] as const] : [])));
  return steps.flatMap((step) => {
    const result = resultOf.get(step.n);
    return result ? [{ step, result }] : [];
  });
}

/** The trunks that the plan made, and those that it found. */
export function trunksOf(done: readonly DoneStep[], observed: readonly Observed[], planners: Planners): Observed[] {
  const found = observed.filter(({ trunk_id }) => trunk_id !== undefined);
  const made = done.flatMap((one) => {
    const trunk_id = planners.get(one.step.provider)?.created(one);
    return trunk_id === undefined ? [] : [{ provider: one.step.provider, trunk: one.step.trunk, trunk_id, fingerprint: "", facts: null }];
  });
  return [...found, ...made];
}
