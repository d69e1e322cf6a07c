import type * as z from "zod";
import { brokenRule } from "../../../core/broken-rule.ts";
import type { TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { Setup, UseCase } from "../../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { lenient } from "../../../core/lenient.ts";
import { cleanText, quoteText } from "../../../core/text.ts";
import { bareDestination } from "../../../rules/destination.ts";
import { listsOf, type RowPlanning } from "../../../rules/planned-rows.ts";
import { cidr } from "../../../rules/range.ts";
import { addRows, agreed, noRows, onceEach, type Placed, readIps, type WantedRows } from "../../../rules/wanted-rows.ts";
import { trunkChangeSchema } from "../fields.ts";
import { foreignLists } from "../list-names.ts";

/** The fields of a trunk that a setup names as options; its name it names otherwise. */
export const optionsSchema = trunkChangeSchema.omit({ trunk_sid: true, friendly_name: true });
type Options = z.infer<typeof optionsSchema>;

export interface WantedIp {
  ip: string;
  mask: number;
  field: string;
}

/** Everything that the setups of one trunk ask for, each thing once; by its value, its place in what was asked. */
export interface Wanted extends WantedRows {
  useCases: { useCase: UseCase; at: string }[];
  numbers: Map<string, string>;
  ips: Map<string, WantedIp>;
  /** By the form in which destinations are compared. */
  destinations: Map<string, string>;
  /** Lists that others may use and that are to go off the trunk, by their names. */
  lists: Map<string, string>;
  options: Map<keyof Options, Placed<Options[keyof Options]>>;
}

export type Planning = RowPlanning & { wanted: Wanted };

export function collect({ wanted, trunk }: TrunkTask, plan: TrunkPlan): Wanted {
  const maps = { numbers: new Map(), ips: new Map(), destinations: new Map(), lists: new Map(), options: new Map() };
  const all: Wanted = { ...noRows(), useCases: [], ...maps };
  for (const { setup, at } of wanted) add(all, setup, at, plan);
  if (trunk) readLists(all, trunk, plan);
  return all;
}

/** A list of the trunk stands for the rows in it. */
function readLists({ remove, lists }: Wanted, trunk: TrunkDetail, plan: TrunkPlan): void {
  const { whitelisted_ips, credentials } = listsOf(trunk);
  for (const name of foreignLists(trunk)) {
    const field = remove.get(name);
    if (field === undefined) continue;
    remove.delete(name);
    const logins = credentials.filter(({ list }) => list === name);
    for (const { user_name } of logins) remove.set(user_name, field);
    if (whitelisted_ips.some(({ list }) => list === name)) lists.set(name, field);
    else if (logins.length === 0) plan.warnings.push(`The list ${quoteText(name)} is empty: nothing is taken off.`);
  }
}

function add(all: Wanted, setup: Setup, at: string, plan: TrunkPlan): void {
  if (setup.use_case) all.useCases.push({ useCase: setup.use_case, at });
  for (const [number, field] of onceEach(setup, "numbers", at, plan)) all.numbers.set(number, field);
  for (const entry of readIps(setup, at, plan)) all.ips.set(cidr(entry), entry);
  for (const [value, field] of onceEach(setup, "destinations", at, plan)) all.destinations.set(bareDestination(value), field);
  addRows(all, setup, at, plan);
  if (setup.alias !== undefined)
    plan.questions.push({ field: `${at}alias`, question: "A Twilio trunk has no alias: calls show the number in From. Leave it out?" });
  addOptions(all, setup, at, plan);
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
