import type { AskRules } from "../approval/judge.ts";
import type { ServerSettings } from "../core/config.ts";
import type { Effect } from "../core/tool.ts";
import type { Policy } from "./scope.ts";

/** Logins with kept passwords that a trunk may have without a person. */
const LOGINS = 2;

/** The operator's settings, as what they allow. */
export function policyFrom(server: ServerSettings): Policy {
  return {
    readOnly: server.TRUNKLINE_READ_ONLY,
    toolsets: server.TRUNKLINE_TOOLSETS,
    approval: server.TRUNKLINE_APPROVAL,
    ask: { askFor: server.TRUNKLINE_ASK_FOR, allowance: { callers: server.TRUNKLINE_ALLOWANCE, logins: LOGINS } },
    plainPasswords: server.TRUNKLINE_PLAIN_PASSWORDS,
    revealSecrets: server.TRUNKLINE_REVEAL_SECRETS,
  };
}

/** What a request asks for itself. Each part can only take something away from what the operator allows. */
export interface Narrowing {
  readOnly?: boolean | undefined;
  toolsets?: readonly string[] | undefined;
  approval?: Policy["approval"] | undefined;
  askFor?: AskRules["askFor"] | undefined;
  allowance?: number | undefined;
  plainPasswords?: Policy["plainPasswords"] | undefined;
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
    ask: {
      askFor: asked.askFor === "writes" ? "writes" : policy.ask.askFor,
      allowance: { ...policy.ask.allowance, callers: Math.min(policy.ask.allowance.callers, asked.allowance ?? Number.POSITIVE_INFINITY) },
    },
    plainPasswords: asked.plainPasswords === "refuse" ? "refuse" : policy.plainPasswords,
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
