import { type Agreed, type ApprovalPorts, agree, type PersonChannel } from "../approval/agree.ts";
import { consequenceOf, type Judgement } from "../approval/judge.ts";
import { looksLikeAnother } from "../approval/typed-name.ts";
import { allTrunks } from "../core/carrier/find-trunk.ts";
import { whereOf } from "../core/carrier/where.ts";
import { type AboutTrunk, type Item, keyOf } from "../core/consequence.ts";
import { TrunkError } from "../core/errors.ts";
import type { Binding } from "../core/store/journal.ts";
import type { AnyTool, AnyWriteTool, Exposure, ToolContext } from "../core/tool.ts";
import { type JudgedCall, stateOf } from "./judge-call.ts";
import type { Scope } from "./scope.ts";
import type { GivenSecrets } from "./secret-fields.ts";

/** One call at the gate: judged, and not sent yet. */
export interface GatedCall {
  tool: AnyTool;
  input: Record<string, unknown>;
  secrets: GivenSecrets;
  /** Said of its input by the tool's own rules. */
  warnings: readonly string[];
  /** The id that the agent carried back, if any. */
  approval: string | undefined;
  binding: Binding;
  context: ToolContext<unknown>;
  person: PersonChannel;
}

/** Lets a write pass that needs nobody's word, or has it; everything else ends here. */
export async function gateWrite(call: GatedCall, judged: JudgedCall | undefined, scope: Scope): Promise<Agreed | undefined> {
  const tool = call.tool as AnyWriteTool;
  const exposed = "exposure" in tool ? await tool.exposure?.(call.input, call.context) : undefined;
  const own = judged && withWarnings(withSecrets(judged, call.secrets, scope), call.warnings, tool.final === true);
  const parts = [...(own ? [own] : []), ...(exposed ? [asJudgement(exposed, scope, tool.subject?.what)] : [])];
  if (!parts.some(({ asks }) => asks)) return undefined;
  await tool.refuses?.(call.input, call.context);
  const state = { trunk: judged && stateOf(judged.before, judged.reach), exposed: exposed?.state };
  return await agreeTo(tool.title, parts, state, call, scope);
}

/** The same for a read that reaches what only a person may choose. */
export async function gateRead(call: GatedCall, scope: Scope): Promise<void> {
  const exposed = "exposure" in call.tool ? await call.tool.exposure?.(call.input, call.context) : undefined;
  if (exposed) await agreeTo(call.tool.title, [asJudgement(exposed, scope)], { exposed: exposed.state }, call, scope);
}

async function agreeTo(heading: string, given: readonly Judgement[], state: unknown, call: GatedCall, scope: Scope): Promise<Agreed> {
  const parts = await withEarlierNames(given, () => call.tool.provider?.id, scope);
  const names = await otherNames(call.context, parts);
  const mistakable = (about: AboutTrunk) => looksLikeAnother(about.trunk_name, names);
  const consequence = {
    ...consequenceOf(heading, parts, state, mistakable),
    ...(call.secrets.typed.length > 0 ? { typesSecret: call.secrets.typed } : {}),
  };
  return await agree(call, consequence, approvalPorts(scope));
}

const DAYS_30 = 30 * 24 * 3_600_000;

/** A trunk that was renamed lately is spoken of by both names: an agent may have renamed it before it asked. */
export async function withEarlierNames<Part extends Judgement>(
  parts: readonly Part[],
  providerOf: (part: Part) => string | undefined,
  { store, clock }: Scope,
): Promise<Part[]> {
  const known = new Map<string, AboutTrunk["earlier"]>();
  for (const part of parts) {
    const { trunk_id, trunk_name } = part.about;
    const provider = providerOf(part);
    if (provider === undefined || trunk_id === undefined || known.has(trunk_id)) continue;
    const names = await store.journal.earlierNames(provider, trunk_id, clock.now() - DAYS_30);
    known.set(
      trunk_id,
      names.filter(({ name }) => name !== trunk_name),
    );
  }
  return parts.map((part) => ({ ...part, about: { ...part.about, earlier: known.get(part.about.trunk_id ?? "") ?? [] } }));
}

/** A name that another trunk has too, or nearly, is typed as its id. A list that cannot be had says nothing. */
async function otherNames({ client, trunks, signal }: ToolContext<unknown>, parts: readonly Judgement[]): Promise<string[]> {
  const own = new Set(parts.map(({ about }) => about.trunk_id));
  if (!trunks) return [];
  const all = await allTrunks({ client, trunks }, signal);
  return all.filter(({ trunk_id }) => !own.has(trunk_id)).map(({ trunk_name }) => trunk_name);
}

/** The judgement, and what the way in which a password was given means. */
function withSecrets(judged: Judgement, { plain, typed }: GivenSecrets, { policy }: Scope): Judgement {
  if (plain.length > 0 && policy.plainPasswords === "refuse") throw plainRefused(plain[0] ?? "password");
  const trunk = judged.about.trunk_id ?? judged.about.trunk_name;
  const items = [
    ...plain.map(
      (field): Item => ({
        gravity: "opened",
        trunk,
        what: field,
        detail: `The ${field} was given in the conversation: everybody who can read it can place calls with it.`,
        asks: true,
      }),
    ),
    ...typed.map(
      (field): Item => ({
        gravity: "made",
        trunk,
        what: field,
        detail: `You type the ${field} where you approve; the agent does not see it.`,
        asks: true,
      }),
    ),
  ];
  return items.length === 0 ? judged : { ...judged, items: [...judged.items, ...items], asks: true };
}

/** Asks a person about warnings where nothing can be changed later: a warning after the write would be too late. */
function withWarnings(judged: Judgement, warnings: readonly string[], isFinal: boolean): Judgement {
  if (!isFinal || warnings.length === 0) return { ...judged, remarks: [...judged.remarks, ...warnings] };
  const trunk = keyOf(judged.about);
  const items = warnings.map((detail): Item => ({ gravity: "changed", trunk, what: "warning", detail, asks: true }));
  return { ...judged, items: [...judged.items, ...items], asks: true };
}

function plainRefused(field: string): TrunkError {
  return new TrunkError("invalid_input", `The operator does not allow a ${field} in the conversation. Nothing was sent.`, {
    field,
    hint: "Leave it out to have one generated, pass env:TRUNKLINE_SECRET_<name>, or pass ask: the person then types it where they approve.",
    applied: false,
  });
}

/** `what`: the word for what it is about, where that is no trunk. */
function asJudgement({ trunk, items }: Exposure, { carriers }: Scope, what?: string): Judgement {
  const { provider, trunk_id, trunk_name, status } = trunk;
  const carrier = carriers.find((one) => one.provider.id === provider)?.provider.title ?? provider;
  const facts = status === undefined ? [] : [status];
  // One that is to be created has no id yet.
  const about = { carrier, ...(trunk_id === "" ? {} : { trunk_id }), trunk_name, facts, ...(what === undefined ? {} : { what }) };
  return { about, items: items.map((item) => ({ ...item, trunk: keyOf(about), asks: true })), remarks: [], asks: true };
}

export function approvalPorts(scope: Scope): ApprovalPorts {
  const { store, clock, policy, outside, trustsForms } = scope;
  const whereAt = (carriers: readonly string[]) => whereOf(scope, carriers);
  return { approvals: store.approvals, pin: store.pin, clock, mode: policy.approval, trustsForms, outside, whereAt };
}
