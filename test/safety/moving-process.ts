import { setTimeout as delay } from "node:timers/promises";
import type { CallResult } from "../../src/pipeline/call.ts";
import type { ToolName } from "../../tools/index.ts";
import type { PlanProcess } from "../plans/process.ts";
import type { Case } from "./moving-cases.ts";
import { planPruning } from "./pruning.ts";
import { call } from "./restart.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
function result(answer: CallResult): any {
  return answer.kind === "done" ? answer.result : answer.kind === "failed" ? answer.error : {};
}

/** A plan that a person agreed to, and that is to run, but that this process does not begin with. */
export async function planHere({ setups, prune = false }: Case, scope: PlanProcess): Promise<string> {
  const { plan_id } = await planPruning(setups, scope, prune);
  if (plan_id === undefined) throw new Error("nothing to do");
  await scope.plans.stop();
  const ask = (more: object) => call("apply_plan" satisfies ToolName, { plan_id, ...more }, scope);
  const { approval } = result(await ask({}));
  await ask(approval === undefined ? {} : { approval });
  return plan_id;
}

export async function ended(planId: string, { store }: PlanProcess): Promise<{ state: string }> {
  for (const deadline = Date.now() + 60_000; ; await delay(50)) {
    const state = (await store.plans.find(planId))?.state ?? "lost";
    if (state !== "running") return { state };
    if (Date.now() > deadline) return { state: `${state} after a minute` };
  }
}
