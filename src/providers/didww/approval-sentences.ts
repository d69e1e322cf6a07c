import type { StepRun } from "../../core/carrier/planner.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { Consequence } from "../../core/store/store.ts";
import { counted, quoteText } from "../../core/text.ts";
import type { ToolContext } from "../../core/tool.ts";
import { rangeBits } from "../../rules/address.ts";
import { cidr, isBroad, isCovered, toCidr } from "../../rules/range.ts";
import type { DidwwClient } from "./client.ts";
import type { NewTrunk, TrunkChange } from "./fields.ts";
import { DEFAULT_THRESHOLD } from "./input-rules.ts";

type Context = ToolContext<DidwwClient>;

/** The trunk as it is now, but for what a call in progress changes: an approval must outlive the minute. */
async function readTrunk({ client, trunks, signal }: Context, trunkId: string): Promise<TrunkDetail> {
  const { trunk } = await trunks.get(client, trunkId, signal);
  const { spent_amount: _, ...attributes } = trunk.attributes ?? {};
  return { ...trunk, attributes };
}

function named(trunk: TrunkDetail): string {
  return `trunk ${quoteText(trunk.trunk_name)} (${trunk.trunk_id}) on DIDWW`;
}

export async function deletingTrunk(context: Context, trunkId: string): Promise<Consequence> {
  const trunk = await readTrunk(context, trunkId);
  const lost = [
    counted(trunk.whitelisted_ips?.length ?? 0, "allowed address"),
    counted(trunk.phone_numbers?.length ?? 0, "number as caller id", "numbers as caller id"),
    counted(trunk.credentials?.length ?? 0, "login"),
  ];
  return {
    confirm: trunk.trunk_name,
    sentences: [
      `Delete ${named(trunk)}: no call goes out over it any more. ${lost.slice(0, -1).join(", ")} and ${lost.at(-1)} are lost.`,
      "This cannot be undone.",
    ],
    state: trunk,
  };
}

export async function replacingLogin(context: Context, trunkId: string): Promise<Consequence> {
  const trunk = await readTrunk(context, trunkId);
  const [login] = trunk.credentials ?? [];
  const old = login ? `the login ${quoteText(login.user_name)}` : "the login";
  return {
    confirm: trunk.trunk_name,
    sentences: [
      `Replace ${old} of ${named(trunk)}: it stops working at once, and a PBX that uses it places no calls until it has the new one.`,
      "The old password cannot be had back.",
    ],
    state: trunk,
  };
}

/** Tells what a new trunk opens; nothing for an ordinary one. */
export function openingTrunk(input: NewTrunk): Consequence | undefined {
  const reasons = newTrunkReasons(input);
  if (reasons.length === 0) return undefined;
  return { confirm: input.name, sentences: [`Create trunk ${quoteText(input.name)} on DIDWW.`, ...reasons], state: input };
}

/** Tells what a change opens, compared with the trunk as it is now. */
export async function wideningTrunk(context: Context, input: TrunkChange): Promise<Consequence | undefined> {
  const { allowed_sip_ips, threshold_amount, status, default_dst_action } = input;
  const asksNothing = allowed_sip_ips === undefined && threshold_amount === undefined;
  if (asksNothing && status !== "active" && default_dst_action !== "allow_all") return undefined;
  const trunk = await readTrunk(context, input.trunk_id);
  const reasons = changeReasons(trunk, input);
  if (reasons.length === 0) return undefined;
  return { confirm: trunk.trunk_name, sentences: [`Change ${named(trunk)}.`, ...reasons], state: trunk };
}

/** One sentence for each thing that a new trunk opens. */
export function newTrunkReasons(input: NewTrunk): string[] {
  return [...openings(input.allowed_sip_ips, []), ...spending(input.threshold_amount, DEFAULT_THRESHOLD, "DIDWW's own limit is")];
}

/** One sentence for each thing that a change opens. */
export function changeReasons(trunk: TrunkDetail, input: TrunkChange): string[] {
  const current = (trunk.whitelisted_ips ?? []).map(cidr);
  const limit = trunk.attributes?.["threshold_amount"];
  return [
    ...openings(input.allowed_sip_ips, current),
    ...spending(input.threshold_amount, typeof limit === "string" ? Number(limit) : Number.POSITIVE_INFINITY, "the limit now is"),
    ...(input.default_dst_action === "allow_all" && trunk.attributes?.["default_dst_action"] === "reject_all"
      ? ["Calls may go to all destinations, the dearest included; now they go to those that are listed only."]
      : []),
    ...(input.status === "active" && trunk.status === "blocked" ? ["It is blocked now; calls go out over it again at once."] : []),
  ];
}

/** Entries that let more hosts place calls than one site has, and that were not let in before. */
function openings(list: readonly string[] | undefined, current: readonly string[]): string[] {
  if (list === undefined) return [];
  // The documents allow an empty list and do not say whom it lets in.
  if (list.length === 0) return ["No address is listed: anyone who has the login may be able to place calls at your cost, from anywhere."];
  return list
    .filter((entry) => isBroad(entry) && !isCovered(entry, current))
    .map((entry) => `${allOf(entry)} may place calls at your cost.`);
}

function allOf(entry: string): string {
  const hostBits = (entry.includes(":") ? 128 : 32) - rangeBits(entry);
  const total = hostBits > 32 ? "All" : `All ${2 ** hostBits}`;
  return `${total} addresses of ${toCidr(entry)}`;
}

/** An empty amount is no limit at all. */
function spending(amount: string | undefined, current: number, words: string): string[] {
  if (amount === undefined || (amount !== "" && Number(amount) <= current)) return [];
  if (current === Number.POSITIVE_INFINITY) return [];
  const wanted = amount === "" ? "without limit" : `up to ${amount} in any 24 hours`;
  return [`It may spend ${wanted}; ${words} ${current}.`];
}

/** The planner's calls in words, before a person agrees to them. */
const stepSentences: Record<string, (trunk: string) => string> = {
  didww_create_voice_out_trunk: (trunk) => `Create ${trunk} on DIDWW.`,
  didww_update_voice_out_trunk: (trunk) => `Change ${trunk} on DIDWW.`,
  didww_delete_voice_out_trunk: (trunk) => `Delete ${trunk} on DIDWW; this cannot be undone.`,
};

export function sayStepRun([{ tool }]: StepRun, trunk: string): string | undefined {
  return stepSentences[tool]?.(trunk);
}
