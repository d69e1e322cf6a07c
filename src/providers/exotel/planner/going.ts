import { isExact, type StepDraft } from "../../../core/carrier/planner.ts";
import type { ExactPart } from "../../../core/carrier/setup.ts";
import { quoteText } from "../../../core/text.ts";
import { bareDestination } from "../../../rules/destination.ts";
import { cidr, toCidr } from "../../../rules/range.ts";
import { type Planning, showsOwnPairOnly } from "./planning.ts";

type Part = Exclude<ExactPart, "alias">;

/** A row of one of a trunk's lists. */
export interface Row {
  id: string | undefined;
  /** The form in which wishes name it. */
  key: string;
  /** For a person. */
  what: string;
}

interface List {
  tool: string;
  idField: string;
  /** The field in which the call says it in words, beside the id. */
  saidField?: string;
  rows(planning: Planning): Row[];
  wanted(planning: Planning): { has(key: string): boolean };
  /** The key that somebody's words mean. */
  read(words: string): string;
}

/** The lists of a trunk in the order in which they are emptied: what depends on another goes first. */
const lists: Record<Part, List> = {
  destinations: {
    tool: "exotel_remove_destination_uri",
    idField: "destination_uri_id",
    rows: ({ live }) =>
      live.destination_uris.map((row) => ({
        id: row.destination_uri_id,
        key: row.destination,
        what: `Destination ${quoteText(row.destination, 120)}`,
      })),
    wanted: ({ wanted }) => wanted.destinations,
    read: bareDestination,
  },
  ips: {
    tool: "exotel_remove_whitelisted_ip",
    idField: "whitelisted_ip_id",
    rows: ({ live }) => live.whitelisted_ips.map((row) => ({ id: row.whitelisted_ip_id, key: cidr(row), what: `IP ${cidr(row)}` })),
    wanted: ({ wanted }) => wanted.ips,
    read: toCidr,
  },
  numbers: {
    tool: "exotel_unmap_phone_number",
    idField: "phone_number_id",
    saidField: "phone_number",
    rows: ({ live }) =>
      live.phone_numbers.map((row) => ({
        id: row.phone_number_id,
        key: row.phone_number,
        what: `Number ${quoteText(row.phone_number)}`,
      })),
    wanted: ({ wanted }) => wanted.numbers,
    read: (words) => words,
  },
  credentials: {
    tool: "exotel_delete_credentials",
    idField: "credential_id",
    rows: ({ live }) =>
      (showsOwnPairOnly(live) ? [] : live.credentials).map((row) => ({
        id: row.credential_id,
        key: row.user_name,
        what: `Login ${quoteText(row.user_name)}`,
      })),
    wanted: ({ wanted }) => wanted.logins,
    read: (words) => words,
  },
};
export const parts = Object.keys(lists) as Part[];

/** The rows that are to go: those that are taken off by name, and where a part is described whole, those that nobody names. */
export function goingOf(planning: Planning, part: Part): Row[] {
  const { rows, wanted, read } = lists[part];
  const named = new Set([...planning.wanted.remove.keys()].map(read));
  const all = isExact(planning.task, part);
  return rows(planning).filter(({ key }) => !wanted(planning).has(key) && (all || named.has(key)));
}

export function removalsOf({ task, plan, trunkSid }: Planning, part: Part, rows: readonly Row[]): StepDraft[] {
  const { tool, idField, saidField } = lists[part];
  const why = isExact(task, part) ? NOT_WANTED : "is to be taken off.";
  return rows.flatMap(({ id, key, what }) => {
    const ids = { [idField]: id ?? "", ...(saidField === undefined ? {} : { [saidField]: key }) };
    if (id !== undefined) return [removal(tool, trunkSid, ids, what, why)];
    plan.warnings.push(`${what} cannot be removed: Exotel's list has no id for it.`);
    return [];
  });
}

const NOT_WANTED = "is not among what is wanted.";

/** `about`: the row as a person knows it. */
export function removal(tool: string, trunkSid: string, ids: Record<string, string>, about: string, why = NOT_WANTED): StepDraft {
  return { tool, arguments: { trunk_sid: trunkSid, ...ids }, effect: "destroy", reason: `${about} ${why}`, about };
}

/** Entries that are to go and are wanted too are asked about; those that are not there are gone already. */
export function checkRemoved(planning: Planning): void {
  const { plan, wanted, live } = planning;
  for (const [words, field] of wanted.remove) {
    const all = Object.values(lists);
    const keptFor = wanted.ips.get(toCidr(words));
    if (all.some((list) => list.wanted(planning).has(list.read(words)))) {
      const question =
        keptFor?.field === ""
          ? `${quoteText(words)} is whitelisted for a destination, which would be refused without it. Remove the destination as well?`
          : `${quoteText(words)} is to go and is asked for too. Which is meant?`;
      plan.questions.push({ field, question });
    } else if (!all.some((list) => list.rows(planning).some(({ key }) => key === list.read(words)))) {
      const hidden = showsOwnPairOnly(live) ? " as far as Exotel's list shows" : "";
      plan.warnings.push(`${quoteText(words)} is not on this trunk${hidden}: nothing is taken off.`);
    }
  }
}
