import type { WantedSteps } from "../../core/plan-progress.ts";
import type { ToolResult } from "../../core/tool.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { plannersOf } from "../planning/observe.ts";
import { type FollowUps, ownPlan, reportOf } from "./plan-record.ts";
import { isStopped, progressView } from "./plan-report.ts";
import { trunksNow } from "./trunks-now.ts";

/** How far a plan is; of one that stopped half-way, also the plans that would finish it or take it back. Asks no carrier. */
export function statusOf(id: string, scope: Scope, wanted: WantedSteps = {}): Promise<ToolResult> {
  return status(id, scope, wanted, false);
}

/** The same with, once the plan ended, its trunks as they are now. */
export function statusNow(id: string, scope: Scope): Promise<ToolResult> {
  return status(id, scope, {}, true);
}

async function status(id: string, scope: Scope, wanted: WantedSteps, looks: boolean): Promise<ToolResult> {
  const plan = await ownPlan(id, scope);
  const traces = await scope.store.plans.steps(id);
  const view = progressView(plan, traces, scope.clock.now(), { ...wanted, planners: await plannersOf(scope.carriers) });
  // A caller that asks for certain steps has read the rest.
  const isAsked = wanted.from !== undefined || wanted.kind !== undefined;
  const ended = view.state === "done" || isStopped(view.state);
  const trunks = view.done > 0 && !isAsked ? await trunksNow(plan, traces, looks && ended, scope) : {};
  const followUps = isStopped(view.state) ? await offered(reportOf(plan)?.followUps ?? {}, scope) : {};
  return { ...view, ...trunks, ...followUps };
}

/** A plan that was applied since is offered no more. */
async function offered(followUps: FollowUps, { store }: Scope): Promise<FollowUps> {
  const found = await Promise.all(
    Object.entries(followUps).map(async ([name, id]) => ((await store.plans.find(id))?.state === "planned" ? [[name, id]] : [])),
  );
  return Object.fromEntries(found.flat());
}
