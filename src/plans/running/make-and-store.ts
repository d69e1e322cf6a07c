import type { WantedSetups } from "../../core/carrier/setup.ts";
import type { ToolResult } from "../../core/tool.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { askUseCases, fillIn, withFirstOptions } from "../planning/fill-in.ts";
import { withExposure } from "../planning/judge-steps.ts";
import { makePlan } from "../planning/make-plan.ts";
import { observe, plannersOf } from "../planning/observe.ts";
import { type Planned, planId } from "../planning/plan-content.ts";
import { readSetups } from "../planning/read-setups.ts";
import { policyDigest } from "./plan-record.ts";
import { planView } from "./plan-report.ts";
import { checkSteps } from "./ready-step.ts";

/** Compares what is wanted with what is there, and stores the steps between them. No trunk changes. */
export async function makeFrom(wanted: WantedSetups, scope: Scope, signal: AbortSignal): Promise<ToolResult> {
  const { wishes, questions: misread } = readSetups(wanted);
  if (misread.length > 0) return { questions: misread };
  const filled = await fillIn(wishes, scope.carriers, signal);
  const live = await observe(filled.setups, scope.carriers, { prune: false, signal });
  const setups = withFirstOptions(filled.setups, live, scope.carriers);
  const asked = [...filled.questions, ...askUseCases(setups, live)];
  return await storePlanned(makePlan({ setups, asked, sandbox: scope.sandbox }, live), scope);
}

/** Stores a plan that has something to do; neither questions nor plans of nothing. `policy`: digest of the one that it is bound to. */
export async function storePlanned(
  made: Planned,
  scope: Scope,
  policy: string = policyDigest(scope.policy),
): Promise<ToolResult & { plan_id?: string }> {
  const planned = await withExposure(made, scope.carriers, scope.policy.ask);
  if (planned.kind === "questions") return { questions: planned.questions, next: [askAtOnce], ...list("warnings", planned.warnings) };
  const { content, observed } = planned;
  const view = planView(content, await plannersOf(scope.carriers));
  if (content.steps.length === 0) return view;
  await checkSteps(content.steps, scope);
  const id = planId(content, observed, scope.principal, policy);
  const plan_id = await scope.store.plans.keep({ id, principal: scope.principal, policy, content: { content, observed } });
  return { plan_id, ...view };
}

const askAtOnce = "Ask the person all of this in one message, then call this tool again with the answers. Nothing was planned yet.";

function list(name: string, items: readonly unknown[]): Record<string, readonly unknown[]> {
  return items.length === 0 ? {} : { [name]: items };
}
