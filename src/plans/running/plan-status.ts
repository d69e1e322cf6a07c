import type { ToolResult } from "../../core/tool.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { type FollowUps, ownPlan, reportOf } from "./plan-record.ts";
import { isStopped, progressView } from "./plan-report.ts";

/** How far a plan is; of one that stopped half-way, also the plans that would finish it or take it back. Only reads. */
export async function statusOf(id: string, scope: Scope): Promise<ToolResult> {
  const plan = await ownPlan(id, scope);
  const view = progressView(plan, await scope.store.plans.steps(id));
  return isStopped(view.state) ? { ...view, ...(await offered(reportOf(plan)?.followUps ?? {}, scope)) } : view;
}

/** A plan that was applied since is offered no more. */
async function offered(followUps: FollowUps, { store }: Scope): Promise<FollowUps> {
  const found = await Promise.all(
    Object.entries(followUps).map(async ([name, id]) => ((await store.plans.find(id))?.state === "planned" ? [[name, id]] : [])),
  );
  return Object.fromEntries(found.flat());
}
