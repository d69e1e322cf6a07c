import type { Effect } from "../core/tool.ts";
import type { Policy } from "./scope.ts";

/** What a request asks for itself. Each part can only take something away from what the operator allows. */
export interface Narrowing {
  readOnly?: boolean | undefined;
  toolsets?: readonly string[] | undefined;
  approval?: Policy["approval"] | undefined;
  hideSecrets?: boolean | undefined;
  effects?: readonly Effect[] | undefined;
}

/** From the laxest to the strictest. */
const strictness = ["two_step", "ask", "refuse"] as const satisfies readonly Policy["approval"][];

/** The operator's policy, narrowed by a request: never wider than either. */
export function tighten(policy: Policy, asked: Narrowing): Policy {
  return {
    readOnly: policy.readOnly || asked.readOnly === true,
    toolsets: intersection(policy.toolsets, asked.toolsets),
    approval: stricter(policy.approval, asked.approval),
    revealSecrets: policy.revealSecrets && asked.hideSecrets !== true,
    effects: intersection(policy.effects, asked.effects),
  };
}

function intersection<T>(allowed: readonly T[] | undefined, asked: readonly T[] | undefined): readonly T[] | undefined {
  if (!allowed || !asked) return allowed ?? asked;
  return allowed.filter((name) => asked.includes(name));
}

function stricter(given: Policy["approval"], asked: Policy["approval"] = given): Policy["approval"] {
  return strictness.indexOf(asked) > strictness.indexOf(given) ? asked : given;
}
