import { type CarrierReach, emptyReach, freshReach } from "../core/carrier/reach.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { type AboutTrunk, type Consequence, type Item, isGrave, keyOf } from "../core/consequence.ts";
import { cleanText, counted, quoteText } from "../core/text.ts";
import { type Allowance, compare, type Difference } from "./compare.ts";
import { isTypeable } from "./typed-name.ts";

/** The operator lets this pass without a person. A request can only make it stricter. */
export interface AskRules {
  /** `writes`: every write asks. */
  askFor: "widening" | "writes";
  allowance: Allowance;
}

/** One trunk before a call or a step, and after it. */
export interface Transition {
  carrier: { title: string; reach: CarrierReach };
  /** Absent: it is to be created. */
  before: TrunkDetail | undefined;
  /** Absent: it is to be deleted. */
  after: TrunkDetail | undefined;
  /** The word for it, where it is no trunk. */
  what?: string | undefined;
  /** It is a removal by its nature, and asks whatever is left. */
  destroys?: boolean;
  /** A thing of which neither `before` nor `after` is known. */
  named?: Pick<AboutTrunk, "trunk_id" | "trunk_name"> | undefined;
  /** The same plan makes the trunk: nobody uses yet what is on it, so nothing of it is lost. */
  isUnused?: boolean;
  /** Said of this call although no set shows it, such as a password that has been in the conversation. */
  also?: readonly Difference[];
}

export interface Judgement {
  about: AboutTrunk;
  items: Item[];
  remarks: string[];
  asks: boolean;
}

/** Everything that the transition means, and whether a person has to agree to it. */
export function judge(transition: Transition, rules: AskRules): Judgement {
  const { carrier, before, after, also = [] } = transition;
  const about = {
    ...aboutTrunk(carrier.title, before ?? after),
    ...transition.named,
    ...(transition.what === undefined ? {} : { what: transition.what }),
  };
  const trunk = keyOf(about);
  const found = [...differences(transition, rules.allowance), ...also];
  if (transition.destroys && !found.some(({ asks }) => asks)) found.push(before || after ? untold : unread(about));
  if (found.length === 0) found.push(settings);
  const items = found.map((one): Item => ({ ...one, trunk, asks: one.asks || rules.askFor === "writes" }));
  return { about, items, remarks: carrier.reach.remarks?.(before, after) ?? [], asks: items.some(({ asks }) => asks) };
}

/** A removal of which the lists do not show the effect: another entry says the same, or they tell no ids. */
const untold: Difference = {
  gravity: "lost",
  what: "",
  detail: "One entry goes; the trunk's lists do not show what stops with it.",
  asks: true,
};

/** A thing beside trunks that was not read when the plan was made. */
function unread({ what = "entry", trunk_name }: AboutTrunk): Difference {
  return { gravity: "lost", what: cleanText(trunk_name), detail: `The ${what} ${quoteText(trunk_name)} is gone.`, asks: true };
}

const settings: Difference = { gravity: "changed", what: "", detail: "Settings change by which nobody is let in or cut off.", asks: false };

function differences(
  { carrier: { reach }, before, after, isUnused = false, what = "trunk" }: Transition,
  allowance: Allowance,
): Difference[] {
  const old = before ? reach.reach(before) : freshReach(reach, after);
  if (before && !after) return [removed(before, what), ...compare(old, { ...emptyReach, spending: old.spending }, allowance, false)];
  const now = reach.reach(after);
  // A new trunk's value on the safe side of the carrier's own is part of what is made.
  if (!before && after) return [...compare(old, now, allowance, true).filter(({ gravity }) => gravity !== "changed"), created(after, what)];
  const found = compare(old, now, allowance, false).filter(({ gravity }) => !isUnused || gravity !== "lost");
  return [...found, ...renamed(before, after)];
}

function removed({ trunk_name, trunk_id }: TrunkDetail, what: string): Difference {
  const detail = `The ${what} ${quoteText(trunk_name)} (${cleanText(trunk_id)}) is gone, with all that follows. This cannot be undone.`;
  return { gravity: "lost", what: cleanText(trunk_id), detail, asks: true };
}

function created({ trunk_name }: TrunkDetail, what: string): Difference {
  return { gravity: "made", what: cleanText(trunk_name), detail: `A new ${what} is called ${quoteText(trunk_name)}.`, asks: false };
}

function renamed(before: TrunkDetail | undefined, after: TrunkDetail | undefined): Difference[] {
  if (!before || !after || before.trunk_name === after.trunk_name) return [];
  const detail = `It is called ${quoteText(before.trunk_name)} and will be called ${quoteText(after.trunk_name)}.`;
  return [{ gravity: "changed", what: cleanText(after.trunk_name), detail, asks: false }];
}

function aboutTrunk(carrier: string, trunk: TrunkDetail | undefined): AboutTrunk {
  const { trunk_id = "", trunk_name = "", status, created_at, attributes } = trunk ?? {};
  const spent = attributes?.["spent_amount"];
  const facts = [
    ...(status === undefined ? [] : [cleanText(status, 40)]),
    ...(created_at === undefined ? [] : [`made ${cleanText(created_at, 40)}`]),
    ...(typeof spent === "string" || typeof spent === "number" ? [`spent ${cleanText(String(spent), 20)} in the last 24 hours`] : []),
  ];
  return { carrier, ...(trunk_id === "" ? {} : { trunk_id }), trunk_name, facts };
}

/** The judgements of one call, or of all steps of a plan, as one thing to agree to. */
export function consequenceOf(
  heading: string,
  judgements: readonly Judgement[],
  state: unknown,
  isMistakable: (about: AboutTrunk) => boolean,
): Consequence {
  // As each is before the first step: a person types the name that a trunk has, not the one that it will have.
  const trunks = [...new Map(judgements.toReversed().map(({ about }) => [keyOf(about), about])).values()].toReversed();
  const items = judgements.flatMap((one) => one.items);
  const remarks = [...new Set(judgements.flatMap((one) => (trunks.length > 1 ? remarksOf(one) : one.remarks)))];
  return { heading, trunks, items, remarks, confirm: confirmation(trunks, items, isMistakable), state };
}

/** Of several trunks, each remark says which one it means. */
export function remarksOf({ about, remarks }: Judgement): string[] {
  return remarks.map((remark) => `${quoteText(about.trunk_name)}: ${remark}`);
}

/** One trunk's name, or its id where the name could be mistaken. Of several trunks: what happens to how many. */
function confirmation(trunks: readonly AboutTrunk[], items: readonly Item[], isMistakable: (about: AboutTrunk) => boolean): string {
  const asked = [...new Set(items.filter(({ asks }) => asks).map(({ trunk }) => trunk))];
  const [only, ...others] = trunks.filter((about) => asked.includes(keyOf(about)));
  if (only && others.length === 0) return isTypeable(only.trunk_name) && !isMistakable(only) ? only.trunk_name : keyOf(only);
  const verbs = asked.map((trunk) => verbOf(trunk, items));
  const counts = (["delete", "open", "change"] as const).map((verb) => [verb, verbs.filter((one) => one === verb).length] as const);
  const said = counts.filter(([, count]) => count > 0).map(([verb, count]) => `${verb} ${counted(count, "trunk")}`);
  return said.join(" and ");
}

function verbOf(trunk: string, items: readonly Item[]): "delete" | "open" | "change" {
  const own = items.filter((item) => item.trunk === trunk);
  if (own.some(({ gravity, what }) => gravity === "lost" && what === trunk)) return "delete";
  return own.some(({ gravity }) => gravity === "opened") ? "open" : "change";
}

/** Items that a person must see whole. */
export function graveOf(items: readonly Item[]): Item[] {
  return items.filter(({ gravity, asks }) => asks || isGrave(gravity));
}
