import { type DoneStep, isExact, type StepDraft, type TrunkPlan, type TrunkTask } from "../core/carrier/planner.ts";
import type { ExactPart } from "../core/carrier/setup.ts";
import type { Credential, DestinationUri, PhoneNumber, TrunkDetail, WhitelistedIp } from "../core/carrier/trunk.ts";
import { cleanText, quoteText } from "../core/text.ts";
import { bareDestination } from "./destination.ts";
import { cidr, toCidr } from "./range.ts";

/** The four lists of a trunk, for a carrier whose calls add one row, and take one off by its id. */
export interface Lists {
  phone_numbers: PhoneNumber[];
  whitelisted_ips: WhitelistedIp[];
  destination_uris: DestinationUri[];
  credentials: Credential[];
}

export function listsOf(trunk: TrunkDetail | undefined): Lists {
  const { phone_numbers = [], whitelisted_ips = [], destination_uris = [], credentials = [] } = trunk ?? {};
  return { phone_numbers, whitelisted_ips, destination_uris, credentials };
}

export type RowPart = Exclude<ExactPart, "alias">;

/** One trunk's planning: what is wanted, what is there, and what comes of it. */
export interface RowPlanning {
  task: TrunkTask;
  /** All of them empty for a trunk that is to be created. */
  live: Lists;
  wanted: Record<"numbers" | "ips" | "destinations" | "logins", { has(key: string): boolean }> & { remove: ReadonlyMap<string, string> };
  plan: TrunkPlan;
  /** The id, or the name of a trunk that the first step creates. */
  trunkSid: string;
}

/** A row of one of a trunk's lists. */
export interface Row {
  id: string | undefined;
  /** The form in which wishes name it. */
  key: string;
  /** For a person. */
  what: string;
}

interface Part {
  idField: string;
  rows(live: Lists): Row[];
  wanted: "numbers" | "ips" | "destinations" | "logins";
  /** The key that somebody's words mean. */
  read(words: string): string;
}

const asWritten = (words: string) => words;

const parts: Record<RowPart, Part> = {
  numbers: {
    idField: "phone_number_id",
    rows: ({ phone_numbers }) =>
      phone_numbers.map((row) => ({ id: row.phone_number_id, key: row.phone_number, what: `Number ${quoteText(row.phone_number)}` })),
    wanted: "numbers",
    read: asWritten,
  },
  ips: {
    idField: "whitelisted_ip_id",
    rows: ({ whitelisted_ips }) => whitelisted_ips.map((row) => ({ id: row.whitelisted_ip_id, key: cidr(row), what: `IP ${cidr(row)}` })),
    wanted: "ips",
    read: toCidr,
  },
  destinations: {
    idField: "destination_uri_id",
    rows: ({ destination_uris }) =>
      destination_uris.map(({ destination_uri_id, destination }) => ({
        id: destination_uri_id,
        key: bareDestination(destination),
        what: `Destination ${quoteText(destination, 120)}`,
      })),
    wanted: "destinations",
    read: bareDestination,
  },
  credentials: {
    idField: "credential_id",
    rows: ({ credentials }) =>
      credentials.map((row) => ({ id: row.credential_id, key: row.user_name, what: `Login ${quoteText(row.user_name)}` })),
    wanted: "logins",
    read: asWritten,
  },
};

/** The rows that are to go: those that are taken off by name, and where a part is described whole, those that nobody names. */
export function goingOf({ task, live, wanted }: RowPlanning, part: RowPart): Row[] {
  const { rows, wanted: kept, read } = parts[part];
  const named = new Set([...wanted.remove.keys()].map(read));
  const all = isExact(task, part);
  return rows(live).filter(({ key }) => !wanted[kept].has(key) && (all || named.has(key)));
}

/** The call that takes a row of a list off. `saidField`: where it says the row in words, beside the id. */
export interface Removal {
  tool: string;
  saidField?: string;
}

export function removalsOf(
  { task, plan, trunkSid }: RowPlanning,
  part: RowPart,
  { tool, saidField }: Removal,
  rows: readonly Row[],
): StepDraft[] {
  const why = isExact(task, part) ? NOT_WANTED : TAKEN_OFF;
  return rows.flatMap(({ id, key, what }) => {
    const said = saidField === undefined ? {} : { [saidField]: key };
    if (id !== undefined) return [removal(tool, { trunk_sid: trunkSid, [parts[part].idField]: id, ...said }, what, why)];
    plan.warnings.push(`${what} cannot be removed: the carrier's list has no id for it.`);
    return [];
  });
}

export const NOT_WANTED = "is not among what is wanted.";
export const TAKEN_OFF = "is to be taken off.";

/** `about`: the row as a person knows it. */
export function removal(tool: string, input: Record<string, unknown>, about: string, why = NOT_WANTED): StepDraft {
  return { tool, arguments: input, effect: "destroy", reason: `${about} ${why}`, about };
}

/** Entries that are to go and are wanted too are asked about; those that are not there are gone already. */
export function checkRemoved({ plan, wanted, live }: RowPlanning, ask: (words: string) => string = askedForToo, where = ""): void {
  const all = Object.values(parts);
  for (const [words, field] of wanted.remove) {
    if (all.some((part) => wanted[part.wanted].has(part.read(words)))) plan.questions.push({ field, question: ask(words) });
    else if (!all.some((part) => part.rows(live).some(({ key }) => key === part.read(words))))
      plan.warnings.push(`${quoteText(words)} is not on this trunk${where}: nothing is taken off.`);
  }
}

export function askedForToo(words: string): string {
  return `${quoteText(words)} is to go and is asked for too. Which is meant?`;
}

/** All numbers that come over are one chain, so that never more than one is off. */
export const MOVES = "moves";

/** Takes a number off the trunk that has it, as the first of the two steps by which it comes to the trunk `to`. */
export function leaving(off: StepDraft, number: string, from: string, to: string): StepDraft {
  return { ...off, reason: `${quoteText(number)} goes to ${quoteText(to)} at once.`, trunk: from, chain: MOVES };
}

/** Takes off again the one row that a step added: its answer has the id under `noun`, its input says it in `saidField`. */
export function undoAdded(noun: string, idField: string, tool: string, saidField: string) {
  return ({ step, result }: DoneStep, trunkSid: string): StepDraft | undefined => {
    const id = (result[noun] as Record<string, unknown> | undefined)?.[idField];
    const about = cleanText(String(step.arguments[saidField]), 120);
    return typeof id === "string" ? removal(tool, { trunk_sid: trunkSid, [idField]: id }, about, ADDED) : undefined;
  };
}

export const ADDED = "was added by the plan.";
