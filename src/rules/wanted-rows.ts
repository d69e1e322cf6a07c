import { canonicalJson } from "../core/canonical.ts";
import type { TrunkPlan } from "../core/carrier/planner.ts";
import type { Setup } from "../core/carrier/setup.ts";
import { quoteText } from "../core/text.ts";
import { parseEntry } from "./address.ts";

/** A wish, and its place in what was asked for. */
export interface Placed<T> {
  value: T;
  field: string;
}

/** The wishes of one trunk's setups that every carrier reads alike, each thing once, with its place. */
export interface WantedRows {
  logins: Map<string, string>;
  newName: Placed<string> | undefined;
  /** Entries that are to go, as they were written. */
  remove: Map<string, string>;
}

export function noRows(): WantedRows {
  return { logins: new Map(), newName: undefined, remove: new Map() };
}

export function addRows(all: WantedRows, setup: Setup, at: string, plan: TrunkPlan): void {
  for (const [value, field] of onceEach(setup, "credentials", at, plan)) all.logins.set(value, field);
  for (const [value, field] of onceEach(setup, "remove", at, plan)) all.remove.set(value, field);
  if (setup.new_name !== undefined) all.newName = agreed(all.newName, { value: setup.new_name, field: `${at}new_name` }, plan);
}

/** A list of a setup, with the place of each entry. Drops a second mention, and warns of it. */
export function onceEach(
  setup: Setup,
  part: "numbers" | "ips" | "destinations" | "credentials" | "remove",
  at: string,
  plan: TrunkPlan,
): [value: string, field: string][] {
  const seen = new Set<string>();
  return (setup[part] ?? []).flatMap((written, index): [string, string][] => {
    const value = written.trim();
    if (seen.has(value)) plan.warnings.push(`${quoteText(value)} is listed twice; once is enough.`);
    return seen.has(value) || !seen.add(value) ? [] : [[value, `${at}${part}.${index}`]];
  });
}

/** Addresses and ranges; what is none is asked about. */
export function readIps(setup: Setup, at: string, plan: TrunkPlan): { ip: string; mask: number; field: string }[] {
  return onceEach(setup, "ips", at, plan).flatMap(([text, field]) => {
    const entry = parseEntry(text);
    if (entry) return [{ ...entry, field }];
    plan.questions.push({ field, question: `${quoteText(text)} is not an address or range such as 44.248.146.8/29. Which is meant?` });
    return [];
  });
}

/** The later of two wishes for the same thing. Where they differ, it is asked about. */
export function agreed<T>(before: Placed<T> | undefined, now: Placed<T>, plan: TrunkPlan): Placed<T> {
  askWhich(before?.value, now, plan);
  return now;
}

/** Asks about a wish that contradicts an earlier one. */
export function askWhich(before: unknown, { value, field }: Placed<unknown>, plan: TrunkPlan): void {
  if (before === undefined || canonicalJson(before) === canonicalJson(value)) return;
  plan.questions.push({ field, question: `${said(before)} and ${said(value)} are both asked for, and a trunk takes one. Which?` });
}

function said(value: unknown): string {
  return quoteText(typeof value === "object" ? canonicalJson(value) : String(value));
}
