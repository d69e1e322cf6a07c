import { planOf, type StepTrace, type StoredPlan } from "../../core/store/plans.ts";
import type { UnsettledIntent } from "../../core/store/store.ts";
import { runAlone } from "../../pipeline/lock.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { readBack } from "./attempt.ts";
import { contentOf } from "./kept-plan.ts";
import { readyStep } from "./ready-step.ts";
import { isOpen } from "./run-group.ts";

/** A plan ended in doubt about a step, because its carrier could not be asked: it may answer now. True: something is known now. */
export async function settleLeft(plan: StoredPlan, traces: readonly StepTrace[], scope: Scope): Promise<boolean> {
  let settled = false;
  for (const trace of traces.filter(isOpen)) {
    const found = await settleStep(plan, trace, scope, true).catch((error: unknown) => {
      scope.log.warn({ plan: plan.id, step: trace.n, error }, "a step in doubt could not be settled yet");
    });
    settled ||= found !== undefined;
  }
  return settled;
}

/** The step of a plan that runs is settled by its runner; one that the plan ended in doubt about, here. False: it is no step of a plan. */
export async function settleIntent({ id, requestId }: UnsettledIntent, scope: Scope): Promise<boolean> {
  const { plans } = scope.store;
  const plan = await plans.find(planOf(requestId) ?? "");
  if (!plan) return false;
  const trace = plan.state === "running" ? undefined : (await plans.steps(plan.id)).find(({ intent }) => intent === id);
  if (trace) await settleStep(plan, trace, scope, false);
  return true;
}

/** Undefined: another process is at it. `hold`: nobody holds the call yet. */
async function settleStep(
  plan: StoredPlan,
  { n, intent }: Pick<StepTrace, "n" | "intent">,
  scope: Scope,
  hold: boolean,
): Promise<object | undefined> {
  const step = contentOf(plan).content.steps.find((one) => one.n === n);
  if (!step) return undefined;
  const ready = await readyStep(plan.id, step, { ...scope, principal: plan.principal }, new Map(), new AbortController().signal);
  const settle = async () => {
    // Whoever held it may have settled it.
    const trace = (await scope.store.plans.steps(plan.id)).find((one) => one.n === n && one.intent === intent);
    if (!trace || !isOpen(trace)) return;
    await readBack(ready, trace, plan.id, scope);
    // The plan may be done by this, or have something else left to do.
    await scope.changes.publish({ list: false, uri: `plans://${plan.id}` });
  };
  if (hold) return await runAlone(scope.store.claims, ready.begin.hold, `settle:${intent}`, settle);
  await settle();
  return {};
}
