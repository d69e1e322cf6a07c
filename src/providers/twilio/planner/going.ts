import { isExact, type StepDraft } from "../../../core/carrier/planner.ts";
import type { ExactPart } from "../../../core/carrier/setup.ts";
import { quoteText } from "../../../core/text.ts";
import { bareDestination } from "../../../rules/destination.ts";
import { cidr, toCidr } from "../../../rules/range.ts";
import type { Planning } from "./planning.ts";

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
  saidField: string;
  rows(planning: Planning): Row[];
  wanted(planning: Planning): { has(key: string): boolean };
  /** The key that somebody's words mean. */
  read(words: string): string;
}

const same = (words: string) => words;

/** The lists of a trunk in the order in which they are emptied: calls in lose their way last. */
const lists: Record<Part, List> = {
  credentials: {
    tool: "twilio_delete_credential",
    idField: "credential_id",
    saidField: "username",
    rows: ({ live }) =>
      live.credentials.map((row) => ({ id: row.credential_id, key: row.user_name, what: `Login ${quoteText(row.user_name)}` })),
    wanted: ({ wanted }) => wanted.logins,
    read: same,
  },
  ips: {
    tool: "twilio_remove_ip",
    idField: "whitelisted_ip_id",
    saidField: "ip",
    rows: ({ live }) => live.whitelisted_ips.map((row) => ({ id: row.whitelisted_ip_id, key: cidr(row), what: `IP ${cidr(row)}` })),
    wanted: ({ wanted }) => wanted.ips,
    read: toCidr,
  },
  numbers: {
    tool: "twilio_unassign_phone_number",
    idField: "phone_number_id",
    saidField: "phone_number",
    rows: ({ live }) =>
      live.phone_numbers.map((row) => ({ id: row.phone_number_id, key: row.phone_number, what: `Number ${quoteText(row.phone_number)}` })),
    wanted: ({ wanted }) => wanted.numbers,
    read: same,
  },
  destinations: {
    tool: "twilio_remove_origination_url",
    idField: "destination_uri_id",
    saidField: "destination",
    rows: ({ live }) =>
      live.destination_uris.map((row) => ({
        id: row.destination_uri_id,
        key: bareDestination(row.destination),
        what: `Destination ${quoteText(row.destination, 120)}`,
      })),
    wanted: ({ wanted }) => wanted.destinations,
    read: bareDestination,
  },
};
const parts = Object.keys(lists) as Part[];

/** The rows that are to go: those that are taken off by name, and where a part is described whole, those that nobody names. */
export function goingOf(planning: Planning, part: Part): Row[] {
  const { rows, wanted, read } = lists[part];
  const named = new Set([...planning.wanted.remove.keys()].map(read));
  const all = isExact(planning.task, part);
  return rows(planning).filter(({ key }) => !wanted(planning).has(key) && (all || named.has(key)));
}

export function planRemovals(planning: Planning): void {
  const { task, plan, trunkSid } = planning;
  if (!task.trunk) return;
  for (const part of parts)
    for (const { id, key, what } of goingOf(planning, part)) {
      const { tool, idField, saidField } = lists[part];
      const why = isExact(task, part) ? NOT_WANTED : "is to be taken off.";
      plan.removals.push(removal(tool, trunkSid, { [idField]: id ?? "", [saidField]: key }, what, why));
    }
}

const NOT_WANTED = "is not among what is wanted.";

/** `about`: the row as a person knows it. */
export function removal(tool: string, trunkSid: string, ids: Record<string, string>, about: string, why = NOT_WANTED): StepDraft {
  return { tool, arguments: { trunk_sid: trunkSid, ...ids }, effect: "destroy", reason: `${about} ${why}`, about };
}

/** Entries that are to go and are wanted too are asked about; those that are not there are gone already. */
export function checkRemoved(planning: Planning): void {
  const { plan, wanted } = planning;
  const all = Object.values(lists);
  for (const [words, field] of wanted.remove) {
    if (all.some((list) => list.wanted(planning).has(list.read(words))))
      plan.questions.push({ field, question: `${quoteText(words)} is to go and is asked for too. Which is meant?` });
    else if (!all.some((list) => list.rows(planning).some(({ key }) => key === list.read(words))))
      plan.warnings.push(`${quoteText(words)} is not on this trunk: nothing is taken off.`);
  }
}
