import { consequenceOf } from "../../approval/judge.ts";
import { type Said, say } from "../../approval/sentences.ts";
import { keyOf } from "../../core/consequence.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { judgeSteps } from "../planning/judge-steps.ts";
import { contentOf, ownPlan } from "./plan-record.ts";

/** The effects of a plan's steps, trunk by trunk, in the sentences of its approval; from the trunks as planning read them. */
export async function decisionsOf(planId: string, scope: Scope): Promise<Said[]> {
  const { content, observed } = contentOf(await ownPlan(planId, scope));
  const judged = await judgeSteps(content.steps, observed, scope.carriers, scope.policy.ask);
  const keys = [...new Set(judged.map(({ about }) => keyOf(about)))];
  return keys.map((key, index) => {
    const own = judged.filter(({ about }) => keyOf(about) === key);
    const consequence = consequenceOf("", own, undefined, () => false);
    // The outcome of all is read before the first trunk, as in the approval.
    const { purpose } = index === 0 ? content : {};
    return say({ ...consequence, ...(purpose && { purpose }) }, scope.clock.now());
  });
}
