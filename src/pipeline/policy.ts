import type { ApprovalPorts } from "../approval/agree.ts";
import type { AskRules } from "../approval/judge.ts";
import type { Carrier } from "../core/carrier/provider.ts";
import type { ServerSettings } from "../core/config.ts";
import { TrunkError } from "../core/errors.ts";
import type { AnyTool, Effect } from "../core/tool.ts";

/** The operator's rules. A request may tighten them, never widen them. */
export interface Policy {
  readOnly: boolean;
  toolsets: readonly string[] | undefined;
  approval: ApprovalPorts["mode"];
  revealSecrets: boolean;
  /** Decides which calls wait for a person. */
  ask: AskRules;
  /** Whether a password may be given in the conversation, once a person agreed. */
  plainPasswords: "ask" | "refuse";
  /** The effects that the caller's token allows; absent where it allows all. Tools are listed all the same, so that a client can ask for more. */
  effects?: readonly Effect[] | undefined;
}

/** The part of a scope that decides which tools its caller may use. */
export interface Permissions {
  policy: Policy;
  carriers: readonly Carrier[];
}

/** The part of a tool that decides whether it is listed. */
export type Listable = Pick<AnyTool, "name" | "effect" | "connects"> & { provider: string | undefined; toolset: string | undefined };

/** The reason why a tool is not offered, or undefined when it is. */
export function whyHidden(tool: Listable, { policy, carriers }: Permissions): string | undefined {
  if (tool.provider !== undefined && !carriers.some((carrier) => carrier.provider.id === tool.provider)) {
    return `${tool.provider} is not configured`;
  }
  if (tool.connects && !carriers.some(({ provider }) => provider.connection)) return "no carrier that can be connected is configured";
  if (policy.readOnly && tool.effect !== "read") return "the operator made this server read-only";
  const toolset = tool.provider ?? tool.toolset;
  if (policy.toolsets && toolset !== undefined && !policy.toolsets.includes(toolset)) return "the operator left its toolset out";
  return undefined;
}

/** Refuses a tool that the operator, or the caller's token, does not allow. `subject` begins the sentence. */
export function checkAllowed(tool: AnyTool, permissions: Permissions, subject: string = tool.name): void {
  const { name, effect, provider, toolset, connects } = tool;
  const hidden = whyHidden({ name, effect, provider: provider?.id, toolset, connects }, permissions);
  if (hidden !== undefined)
    throw new TrunkError("forbidden", `${subject} is not offered here: ${hidden}. Nothing was done.`, {
      hint: "Use the tools that are listed.",
    });
  if (permissions.policy.effects?.includes(effect) === false)
    throw new TrunkError("forbidden", `${subject} needs more than this access token allows. Nothing was done.`, {
      hint: "Ask the person to grant the client more, or to do it themselves.",
    });
}

/** Logins with kept passwords that a trunk may have without a person. */
const LOGINS = 2;

/** The operator's settings, as what they allow. */
export function policyFrom(server: ServerSettings): Policy {
  return {
    readOnly: server.TRUNKLINE_READ_ONLY,
    // The tools of every toolset take a trunk: what finds one comes with each.
    toolsets: server.TRUNKLINE_TOOLSETS && [...new Set([...server.TRUNKLINE_TOOLSETS, "trunks"])],
    approval: server.TRUNKLINE_APPROVAL,
    ask: { askFor: server.TRUNKLINE_ASK_FOR, allowance: { callers: server.TRUNKLINE_ALLOWANCE, logins: LOGINS } },
    plainPasswords: server.TRUNKLINE_PLAIN_PASSWORDS,
    revealSecrets: server.TRUNKLINE_REVEAL_SECRETS,
  };
}

/** A request's own wishes. Each part can only take something away from what the operator allows. */
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

/** A tenant's policy within the server's: the stricter of the two holds, but for whether a tenant's own results show passwords. */
export function within(server: Policy, tenant: Policy): Policy {
  const { ask, revealSecrets, ...same } = tenant;
  return { ...tighten(server, { ...same, askFor: ask.askFor, allowance: ask.allowance.callers }), revealSecrets };
}

function intersection<T>(allowed: readonly T[] | undefined, asked: readonly T[] | undefined): readonly T[] | undefined {
  if (!allowed || !asked) return allowed ?? asked;
  return allowed.filter((name) => asked.includes(name));
}

function stricter(given: Policy["approval"], asked: Policy["approval"] = given): Policy["approval"] {
  return strictness.indexOf(asked) > strictness.indexOf(given) ? asked : given;
}
