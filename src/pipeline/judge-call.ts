import { type AskRules, type Judgement, judge } from "../approval/judge.ts";
import type { CallerRange, CarrierReach, Reach } from "../core/carrier/reach.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { TrunkError } from "../core/errors.ts";
import { quoteText } from "../core/text.ts";
import type { AnyWriteTool, ToolContext } from "../core/tool.ts";

/** A call, and what it would leave of its trunk. */
export interface JudgedCall extends Judgement {
  before: TrunkDetail | undefined;
  after: TrunkDetail | undefined;
  reach: CarrierReach;
}

/** Compares the trunk, read live (`seen`: a moment ago), with what the call would leave; undefined for a tool that changes no trunk. */
export async function judgeCall(
  tool: AnyWriteTool,
  input: Record<string, unknown>,
  context: ToolContext<unknown>,
  rules: AskRules,
  seen?: TrunkDetail,
): Promise<JudgedCall | undefined> {
  const { provider } = tool;
  if (!provider || !tool.after) return undefined;
  const before = seen ?? (await (tool.subject ? tool.subject.find(input, context) : trunkOf(input[provider.trunkField], context)));
  refuseOtherKind(tool, before);
  const reach = await provider.reach();
  const carrier = { title: provider.title, reach };
  const after = tool.after(before, input);
  const also = tool.beside?.(input) ?? [];
  const transition = { carrier, before, after, destroys: tool.effect === "destroy", what: tool.subject?.what, also };
  return { ...judge(transition, rules), before, after, reach };
}

async function trunkOf(id: unknown, { client, trunks, signal }: ToolContext<unknown>): Promise<TrunkDetail | undefined> {
  return typeof id === "string" ? (await trunks.get(client, id, signal)).trunk : undefined;
}

/** A name that means one trunk may be another kind's, and an id always may. */
function refuseOtherKind({ provider, kind }: AnyWriteTool, trunk: TrunkDetail | undefined): void {
  if (!kind || !trunk || kind.is(trunk)) return;
  throw new TrunkError("invalid_input", `${quoteText(trunk.trunk_name)} is no ${kind.what}. Nothing was sent.`, {
    field: provider?.trunkField,
    hint: kind.hint,
    applied: false,
  });
}

/** A trunk as an approval is bound to it: everything that a person could have been shown, and nothing that passes. */
export function stateOf(trunk: TrunkDetail | undefined, reach: CarrierReach): unknown {
  return trunk && { trunk_id: trunk.trunk_id, trunk_name: trunk.trunk_name, ...asData(reach.reach(trunk)) };
}

function asData(reach: Reach): object {
  return { ...reach, callers: reach.callers.map(({ text }: CallerRange) => text).sort() };
}
