import type { UnsettledIntent } from "../../core/store/journal.ts";
import type { StepTrace, StoredPlan } from "../../core/store/plans.ts";
import { runAlone } from "../../pipeline/lock.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { readBack } from "./attempt.ts";
import { withFollowUps } from "./follow-ups.ts";
import { contentOf, reportOf } from "./plan-record.ts";
import { isStopped, progressView } from "./plan-report.ts";
import { readyStep } from "./ready-step.ts";
import { isOpen } from "./run-group.ts";

/**
 * Finds out what a stopped plan left open because its carrier could not be asked: settles the steps in doubt, and makes the
 * plans that follow it anew. False: there still is something to find out.
 */
export async function settleStopped(id: string, scope: Scope): Promise<boolean> {
  const { plans } = scope.store;
  const plan = await plans.find(id);
  const begun = await plans.steps(id);
  if (!plan || !isStopped(plan.state) || begun.length === 0) return true;
  for (const trace of begun.filter(isOpen)) {
    await settleStep(plan, trace, scope, false).catch((error: unknown) => {
      scope.log.warn({ plan: id, step: trace.n, error }, "a step in doubt could not be settled yet");
    });
  }
  const traces = await plans.steps(id);
  if (progressView(plan, traces, scope.clock.now()).state === "done") return true;
  const { report, isComplete } = await withFollowUps(reportOf(plan) ?? {}, plan, traces, { ...scope, principal: plan.principal });
  await plans.amend(id, report);
  return isComplete && !traces.some(isOpen);
}

/** The step of a plan that runs is settled by its runner; one that the plan ended in doubt about, here. False: it is no step of a plan. */
export async function settleIntent({ id }: UnsettledIntent, scope: Scope): Promise<boolean> {
  const { plans } = scope.store;
  const step = await plans.stepOf(id);
  const plan = step && (await plans.find(step.plan));
  if (!plan) return false;
  const trace = plan.state === "running" ? undefined : (await plans.steps(plan.id)).find(({ intent }) => intent === id);
  if (trace) {
    await settleStep(plan, trace, scope, true);
    await settleStopped(plan.id, scope);
  }
  return true;
}

/** `isLocked`: the caller has locked the call already. */
async function settleStep(
  plan: StoredPlan,
  { n, intent }: Pick<StepTrace, "n" | "intent">,
  scope: Scope,
  isLocked: boolean,
): Promise<void> {
  const step = contentOf(plan).content.steps.find((one) => one.n === n);
  if (!step) return;
  const ready = await readyStep(plan.id, step, { ...scope, principal: plan.principal }, new Map(), new AbortController().signal);
  const settle = async () => {
    // The process that had locked it may have settled it.
    const trace = (await scope.store.plans.steps(plan.id)).find((one) => one.n === n && one.intent === intent);
    if (!trace || !isOpen(trace)) return;
    await readBack(ready, trace, plan.id, scope);
    // The plan may be done by this, or have something else left to do.
    await scope.changes.publish({ list: false, uris: [`plans://${plan.id}`] });
  };
  if (isLocked) await settle();
  else await runAlone(scope.store.claims, ready.begin.lock, `settle:${intent}`, settle);
}
