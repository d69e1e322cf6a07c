import { type ToolName, tools } from "../../../tools/index.ts";
import { type AskRules, type Judgement, judge, remarksOf, type Transition } from "../../approval/judge.ts";
import { sayReferences } from "../../core/carrier/login-reference.ts";
import type { Step } from "../../core/carrier/planner.ts";
import type { Carrier } from "../../core/carrier/provider.ts";
import type { CarrierReach } from "../../core/carrier/reach.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { type Item, keyOf } from "../../core/consequence.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import type { AnyWriteTool } from "../../core/tool.ts";
import { clearMedia, type Left } from "./clear-media.ts";
import { oldAddresses } from "./old-address.ts";
import type { Observed, Planned } from "./plan-content.ts";

/** One step, and what it means for the trunk as the steps before it leave it. */
export interface JudgedStep extends Judgement {
  step: Step;
  /** The trunk's id, or the name under which an earlier step creates it. */
  trunk: string;
  /** The trunk as the step leaves it. */
  left: TrunkDetail | undefined;
}

export async function stepTool(name: string): Promise<AnyWriteTool> {
  const tool = Object.hasOwn(tools, name) ? (await tools[name as ToolName]()).default : undefined;
  if (!tool || tool.effect === "read" || "applies" in tool)
    throw new TrunkError("internal", `A plan names ${name}, which is no write. Nothing was sent.`);
  return tool;
}

/** Those of the steps' tools that make a trunk, or take one away. */
export async function toolsOfTrunks(steps: readonly Step[]): Promise<Set<string>> {
  const names = [...new Set(steps.map(({ tool }) => tool))];
  const tools = await Promise.all(names.map((name) => stepTool(name)));
  return new Set(tools.filter(({ changesList }) => changesList).map(({ name }) => name));
}

/** The trunk that a step is about: its id, or the name of one that an earlier step creates. A thing beside it is none. */
export function trunkOf({ provider, subject }: AnyWriteTool, { n, arguments: given, trunk }: Step): string {
  if (subject) return `${subject.what} of step ${n}`;
  const id = provider && given[provider.trunkField];
  return typeof id === "string" ? id : trunk;
}

/** Carriers' rules of judgement, by carrier. */
export type Reaches = ReadonlyMap<string, { title: string; reach: CarrierReach }>;

export async function reachesOf(carriers: readonly Carrier[]): Promise<Reaches> {
  return new Map(
    await Promise.all(
      carriers.map(async ({ provider }) => [provider.id, { title: provider.title, reach: await provider.reach() }] as const),
    ),
  );
}

/** Judges the steps one after the other, from the trunks as they were observed. Asks no carrier. */
export async function judgeSteps(
  steps: readonly Step[],
  observed: readonly Observed[],
  carriers: readonly Carrier[],
  rules: AskRules,
): Promise<JudgedStep[]> {
  const reaches = await reachesOf(carriers);
  const trunks = new Map<string, TrunkDetail>(
    observed.flatMap(({ provider, detail }) => (detail ? [[`${provider} ${detail.trunk_id}`, detail] as const] : [])),
  );
  const world: World = { trunks, made: new Set(), takenOff: new Map() };
  const judged: JudgedStep[] = [];
  for (const step of steps) {
    const tool = await stepTool(step.tool);
    const carrier = reaches.get(step.provider);
    if (!carrier) throw new TrunkError("not_configured", `${step.provider} is not configured here. Nothing was sent.`);
    judged.push(judgeStep(step, tool, { carrier, world, rules }));
  }
  return judged;
}

/** The trunks as the steps so far leave them. */
interface World {
  trunks: Map<string, TrunkDetail>;
  /** Trunks that an earlier step makes. */
  made: Set<string>;
  /** The trunk that a route was taken off, by carrier and route. */
  takenOff: Map<string, string>;
}

type Judging = { carrier: Transition["carrier"]; world: World; rules: AskRules };

function judgeStep(planned: Step, tool: AnyWriteTool, { carrier, world, rules }: Judging): JudgedStep {
  const { trunks, made, takenOff } = world;
  const { provider, trunk: name } = planned;
  const trunk = trunkOf(tool, planned);
  const key = `${provider} ${trunk}`;
  const before = trunks.get(key);
  const after = leftBy(tool, planned, before);
  const isUnused = made.has(key) && after !== undefined;
  // A call that replaces something replaces nothing on a trunk that the same plan makes.
  const step = isUnused && planned.effect === "destroy" ? { ...planned, effect: "change" as const } : planned;
  const destroys = tool.effect === "destroy" && !isUnused;
  const also = tool.beside?.(tool.input.parse(planned.arguments)) ?? [];
  const judgement = judge(
    {
      carrier,
      before,
      after,
      named: namedBy(tool, step),
      isUnused,
      destroys,
      what: tool.subject?.what,
      also,
    },
    rules,
  );
  const items = [...judgement.items.map((item) => asMoved(item, provider, takenOff)), ...doubts(step, keyOf(judgement.about))];
  for (const { gravity, what } of items) if (gravity === "lost") takenOff.set(`${provider} ${what}`, name);
  leaveElsewhere(tool, step, trunks, key);
  if (after) trunks.set(key, after);
  else trunks.delete(key);
  if (after && !before && isCreation(tool)) made.add(key);
  return { ...judgement, items, asks: items.some(({ asks }) => asks), step, trunk, left: after };
}

/** A thing beside trunks that a plan takes away is not read before: the step has its id, and its name. */
function namedBy({ subject }: AnyWriteTool, { arguments: given, about }: Step): Transition["named"] {
  const id = subject?.id === undefined ? undefined : given[subject.id];
  return typeof id === "string" ? { trunk_id: id, trunk_name: about ?? id } : undefined;
}

function isCreation({ effect, changesList }: AnyWriteTool): boolean {
  return effect === "create" && changesList === true;
}

/** A route that the same plan takes off another trunk is not a first one: live calls go another way. */
function asMoved(item: Item, provider: string, takenOff: ReadonlyMap<string, string>): Item {
  const from = item.group === "route" ? takenOff.get(`${provider} ${item.what}`) : undefined;
  if (from === undefined) return item;
  const { group: _, ...alone } = item;
  return { ...alone, gravity: "opened", asks: true, detail: `${item.detail} They no longer go over ${quoteText(from)}.` };
}

/** Said wherever somebody has to agree to the plan: the carrier may refuse this step. */
function doubts({ doubt: what, said_host }: Step, trunk: string): Item[] {
  if (said_host !== undefined) {
    const detail = `Its calls go to the host ${quoteText(said_host)}: the conversation names it, and no setting confirms it.`;
    return [{ gravity: "opened", trunk, what: `host ${said_host}`, detail, asks: true }];
  }
  if (what === undefined) return [];
  const detail = `Whether another trunk has ${what} could not be looked up.`;
  return [{ gravity: "changed", trunk, what, detail, asks: false, group: "unchecked number" }];
}

/** The trunk as a step leaves it. A login that it takes from another trunk stands in words. */
export function leftBy(tool: AnyWriteTool, { arguments: given }: Step, before: TrunkDetail | undefined): TrunkDetail | undefined {
  return tool.after?.(before, tool.input.parse(sayReferences(given)));
}

/** The other trunks of the same account as a step leaves them. */
export function leaveElsewhere(
  tool: AnyWriteTool,
  { provider, arguments: given }: Step,
  world: Map<string, TrunkDetail>,
  own: string,
): void {
  if (!tool.elsewhere) return;
  const input = tool.input.parse(given);
  for (const [key, trunk] of world) if (key !== own && key.startsWith(`${provider} `)) world.set(key, tool.elsewhere(trunk, input));
}

/** Of a step on a trunk, and not on a thing beside it. */
function leftTrunk({ step, trunk, left, about }: JudgedStep): Left[] {
  return left && about.what === undefined ? [{ provider: step.provider, names: [step.trunk, trunk], trunk: left }] : [];
}

/** The plan with, at each step that needs a person, why. */
export async function withExposure(planned: Planned, carriers: readonly Carrier[], rules: AskRules): Promise<Planned> {
  if (planned.kind === "questions") return planned;
  const { content, observed } = planned;
  const judged = await judgeSteps(content.steps, observed, carriers, rules);
  const several = new Set(judged.map(({ about }) => keyOf(about))).size > 1;
  const steps = judged.map(({ step, about, items }) => {
    const { exposure: _, ...rest } = step;
    const asking = items.filter(({ asks }) => asks).map(({ detail }) => detail);
    if (asking.length === 0) return rest;
    // Of several trunks, a reason that speaks of the trunk says which one.
    return { ...rest, exposure: `${several ? `${quoteText(about.trunk_name)}: ` : ""}${asking.join(" ")}` };
  });
  const remarks = [...new Set(judged.flatMap(remarksOf))];
  const left = judged.flatMap(leftTrunk);
  const moved = oldAddresses(observed, left, await reachesOf(carriers));
  const warnings = [...content.warnings, ...moved, ...(await clearMedia(content.setups, left, carriers))];
  return { ...planned, content: { ...content, steps, remarks, warnings } };
}
