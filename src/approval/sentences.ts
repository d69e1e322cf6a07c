import { type AboutTrunk, type Consequence, type Gravity, gravities, type Item, isGrave, keyOf, type Where } from "../core/consequence.ts";
import { cleanText, counted, quoteText } from "../core/text.ts";
import { questionOf } from "./act.ts";

/** The sentences of an approval, the same on form, page and terminal. */
export interface Said {
  /** Whether it is the sandbox, or which account. */
  where?: Where | undefined;
  /** Asks for what happens: `Delete trunk "callcentre"?`. */
  heading: string;
  trunks: string[];
  /** The gravest group first; every item of a grave group has a line of its own. */
  groups: { gravity: Gravity; title: string; lines: string[] }[];
  remarks: string[];
}

const titles: Record<Gravity, string> = {
  lost: "Lost",
  opened: "Opened",
  weakened: "Less protected",
  costs: "May cost more",
  changed: "Changed",
  made: "Made",
};

type Sayable = Pick<Consequence, "where" | "heading" | "purpose" | "trunks" | "items" | "remarks">;

export function say({ where, heading, purpose = [], trunks, items, remarks }: Sayable, now: number): Said {
  const several = trunks.length > 1;
  const groups = gravities.flatMap((gravity) => {
    const own = items.filter((item) => item.gravity === gravity);
    if (own.length === 0) return [];
    const lines = isGrave(gravity) ? own.map((item) => lineOf(item, trunks, several)) : groupedLines(own, trunks, several);
    return [{ gravity, title: titles[gravity], lines }];
  });
  const lines = [...purpose, ...trunks.map((about) => trunkLine(about, now))];
  return { where, heading: questionOf({ heading, trunks, items }), trunks: lines, groups, remarks };
}

/** Every sentence, in the order in which they are read. */
export function sentencesOf(said: Said): string[] {
  return [
    ...(said.where ? [`${said.where.text}.`] : []),
    said.heading,
    ...said.trunks,
    ...said.groups.flatMap(({ title, lines }) => lines.map((line) => `${title}: ${line}`)),
    ...said.remarks,
  ];
}

function lineOf({ detail, trunk }: Item, trunks: readonly AboutTrunk[], several: boolean): string {
  return several ? `${nameOf(trunk, trunks)}: ${detail}` : detail;
}

function nameOf(key: string, trunks: readonly AboutTrunk[]): string {
  const about = trunks.find((one) => keyOf(one) === key);
  return about?.trunk_id === undefined ? quoteText(key) : `${quoteText(about.trunk_name)} (${cleanText(about.trunk_id)})`;
}

/** Plain items of one kind and trunk share a line, in which every value stands. */
function groupedLines(items: readonly Item[], trunks: readonly AboutTrunk[], several: boolean): string[] {
  const alike = new Map<string, Item[]>();
  for (const item of items) {
    const key = item.group === undefined ? `${alike.size} alone` : `${item.trunk} ${item.group}`;
    alike.set(key, [...(alike.get(key) ?? []), item]);
  }
  return [...alike.values()].map((own) => {
    const [first] = own;
    if (!first || own.length === 1 || first.group === undefined) return first ? lineOf(first, trunks, several) : "";
    const line = `${counted(own.length, first.group)}: ${own.map(({ what }) => what).join(", ")}.`;
    return several ? `${nameOf(first.trunk, trunks)}: ${line}` : line;
  });
}

function trunkLine({ what = "trunk", carrier, trunk_id, trunk_name, facts, earlier = [] }: AboutTrunk, now: number): string {
  const named =
    trunk_id === undefined
      ? `New ${what} ${quoteText(trunk_name)} on ${carrier}`
      : `${what.charAt(0).toUpperCase()}${what.slice(1)} ${quoteText(trunk_name)} (${cleanText(trunk_id)}) on ${carrier}`;
  const names = earlier.map(({ name, until }) => `was called ${quoteText(name)} until ${ago(now - until)} ago`);
  return `${[named, ...names, ...facts].join(", ")}.`;
}

function ago(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 60) return counted(minutes, "minute");
  const hours = Math.round(minutes / 60);
  return hours < 48 ? counted(hours, "hour") : counted(Math.round(hours / 24), "day");
}

/** How much of an approval a channel can show so that a person reads all of it. */
export const capacities = {
  form: { lines: 20, characters: 4_000 },
  page: { lines: 500, characters: 200_000 },
} as const;
export type Channel = keyof typeof capacities;

export function fits(said: Said, channel: Channel): boolean {
  const { lines, characters } = capacities[channel];
  const sentences = sentencesOf(said);
  const shown = said.groups.reduce((sum, group) => sum + group.lines.length, 0);
  return shown <= lines && sentences.join("\n").length <= characters;
}
