import type * as z from "zod";
import { brokenRule } from "../../../core/broken-rule.ts";
import type { TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { Setup, UseCase } from "../../../core/carrier/setup.ts";
import { lenient } from "../../../core/lenient.ts";
import { cleanText, quoteText } from "../../../core/text.ts";
import { parseEntry } from "../../../rules/address.ts";
import { bareDestination } from "../../../rules/destination.ts";
import type { RowPlanning } from "../../../rules/planned-rows.ts";
import { trunkChangeSchema } from "../fields.ts";

/** The fields of a trunk that a setup names as options; its name it names otherwise. */
export const optionsSchema = trunkChangeSchema.omit({ trunk_sid: true, friendly_name: true });
type Options = z.infer<typeof optionsSchema>;

interface Placed<T> {
  value: T;
  field: string;
}

export interface WantedIp {
  ip: string;
  mask: number;
  field: string;
}

/** Everything that the setups of one trunk ask for, each thing once; by its value, its place in what was asked. */
export interface Wanted {
  useCases: { useCase: UseCase; at: string }[];
  numbers: Map<string, string>;
  ips: Map<string, WantedIp>;
  /** By the form in which destinations are compared. */
  destinations: Map<string, string>;
  logins: Map<string, string>;
  options: Map<keyof Options, Placed<Options[keyof Options]>>;
  newName: Placed<string> | undefined;
  /** Entries that are to go, as they were written. */
  remove: Map<string, string>;
}

export type Planning = RowPlanning & { wanted: Wanted };

export function collect({ wanted }: TrunkTask, plan: TrunkPlan): Wanted {
  const all: Wanted = {
    useCases: [],
    numbers: new Map(),
    ips: new Map(),
    destinations: new Map(),
    logins: new Map(),
    options: new Map(),
    newName: undefined,
    remove: new Map(),
  };
  for (const { setup, at } of wanted) add(all, setup, at, plan);
  return all;
}

function add(all: Wanted, setup: Setup, at: string, plan: TrunkPlan): void {
  if (setup.use_case) all.useCases.push({ useCase: setup.use_case, at });
  for (const [index, number] of onceEach(setup.numbers, plan)) all.numbers.set(number, `${at}numbers.${index}`);
  for (const [index, text] of onceEach(setup.ips, plan)) addIp(all, text, `${at}ips.${index}`, plan);
  for (const [index, value] of onceEach(setup.destinations, plan))
    all.destinations.set(bareDestination(value), `${at}destinations.${index}`);
  for (const [index, value] of onceEach(setup.credentials, plan)) all.logins.set(value, `${at}credentials.${index}`);
  for (const [index, value] of onceEach(setup.remove, plan)) all.remove.set(value, `${at}remove.${index}`);
  if (setup.new_name !== undefined) all.newName = agreed(all.newName, { value: setup.new_name, field: `${at}new_name` }, plan);
  if (setup.alias !== undefined)
    plan.questions.push({ field: `${at}alias`, question: "A Twilio trunk has no alias: calls show the number in From. Leave it out?" });
  addOptions(all, setup, at, plan);
}

/** Drops a second mention, and warns of it. */
function onceEach(values: readonly string[] | undefined, plan: TrunkPlan): [number, string][] {
  const seen = new Set<string>();
  return (values ?? [])
    .map((value) => value.trim())
    .flatMap((value, index): [number, string][] => {
      if (seen.has(value)) plan.warnings.push(`${quoteText(value)} is listed twice; once is enough.`);
      return seen.has(value) || !seen.add(value) ? [] : [[index, value]];
    });
}

function addIp(all: Wanted, text: string, field: string, plan: TrunkPlan): void {
  const entry = parseEntry(text);
  if (entry) all.ips.set(`${entry.ip}/${entry.mask}`, { ...entry, field });
  else plan.questions.push({ field, question: `${quoteText(text)} is not an address or range such as 44.248.146.8/29. Which is meant?` });
}

function agreed<T>(before: Placed<T> | undefined, now: Placed<T>, plan: TrunkPlan): Placed<T> {
  if (before && before.value !== now.value) {
    const question = `${quoteText(String(before.value))} and ${quoteText(String(now.value))} are both asked for, and a trunk takes one. Which?`;
    plan.questions.push({ field: now.field, question });
  }
  return now;
}

/** Each by itself: one that is refused takes no other along. */
function addOptions(all: Wanted, { options = {} }: Setup, at: string, plan: TrunkPlan): void {
  for (const [name, given] of Object.entries(options)) {
    const field = `${at}options.${cleanText(name, 80)}`;
    const { data, error } = optionsSchema.safeParse(lenient(optionsSchema, { [name]: given }));
    const value = data?.[name as keyof Options];
    if (value !== undefined) all.options.set(name as keyof Options, agreed(all.options.get(name as keyof Options), { value, field }, plan));
    const [issue] = error?.issues ?? [];
    const unknown = `A Twilio trunk has no such option. It has: ${Object.keys(optionsSchema.shape).join(", ")}.`;
    if (issue)
      plan.questions.push({
        field,
        question: issue.code === "unrecognized_keys" ? unknown : `${cleanText(brokenRule(issue.message), 200)}.`,
      });
  }
}
