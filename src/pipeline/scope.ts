import type { AskRules } from "../approval/judge.ts";
import type { Outside } from "../approval/outside.ts";
import type { CallObserver } from "../core/carrier/observer.ts";
import type { Clock } from "../core/clock.ts";
import type { Output, Probes } from "../core/local.ts";
import type { Log } from "../core/log.ts";
import type { Cache } from "../core/store/cache.ts";
import type { Changes } from "../core/store/changes.ts";
import type { Store } from "../core/store/store.ts";
import type { AnyTool, Carrier, Effect } from "../core/tool.ts";
import type { PlanRuns } from "../plans/running/runs-here.ts";

/** What the operator allows. A request may tighten this, never widen it. */
export interface Policy {
  readOnly: boolean;
  toolsets: readonly string[] | undefined;
  approval: "ask" | "two_step" | "refuse";
  revealSecrets: boolean;
  /** What waits for a person. */
  ask: AskRules;
  /** Whether a password may be given in the conversation, once a person agreed. */
  plainPasswords: "ask" | "refuse";
  /** What the caller's token allows; absent where every effect is allowed. Tools are listed all the same, so that a client can ask for more. */
  effects?: readonly Effect[] | undefined;
}

/** Everything that one caller's calls may touch. */
export interface Scope {
  principal: string;
  policy: Policy;
  carriers: readonly Carrier[];
  /** Emulators answer for all carriers. */
  sandbox: boolean;
  store: Store;
  /** For what a person waits for at each key that they type: completions. */
  cache: Cache;
  /** The operator's own variables; only those named TRUNKLINE_SECRET_… are ever asked for. */
  environmentSecret(name: string): string | undefined;
  /** Whether a form's answer is a person's word here: the operator decides, never the caller. */
  trustsForms: boolean;
  /** How a person decides who sits at no form: a page, and a command for their own terminal. Absent: not at all. */
  outside?: Outside | undefined;
  clock: Clock;
  log: Log;
  /** Where files for a person go: into a folder of this machine, or on a page that the person opens once. */
  output: Extract<Output, { kind: "folder" }> | "page";
  /** Absent where nobody counts. */
  observer?: CallObserver | undefined;
  changes: Changes;
  probes: Probes;
  /** The plans that this process runs for the tenant. */
  runs: PlanRuns;
  /** How long a call of apply_plan waits for the end of its plan; the plan itself goes on. */
  planAnswerMs?: number;
}

/** The part of a tool that decides whether it is listed. */
export type Listable = Pick<AnyTool, "name" | "effect"> & { provider: string | undefined; toolset: string | undefined };

/** Why a tool is not offered, or undefined when it is. */
export function whyHidden(tool: Listable, scope: Pick<Scope, "policy" | "carriers">): string | undefined {
  const { policy, carriers } = scope;
  if (tool.provider !== undefined && !carriers.some((carrier) => carrier.provider.id === tool.provider)) {
    return `${tool.provider} is not configured`;
  }
  if (policy.readOnly && tool.effect !== "read") return "the operator made this server read-only";
  const toolset = tool.provider ?? tool.toolset;
  if (policy.toolsets && toolset !== undefined && !policy.toolsets.includes(toolset)) return "the operator left its toolset out";
  return undefined;
}
