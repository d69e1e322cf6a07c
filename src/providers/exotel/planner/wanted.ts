import * as z from "zod";
import type { TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { Setup, UseCase } from "../../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { quoteText } from "../../../core/text.ts";
import { bareDestination } from "../../../rules/destination.ts";
import { cidr } from "../../../rules/range.ts";
import { addRows, agreed, noRows, onceEach, type Placed, readIps, type WantedRows } from "../../../rules/wanted-rows.ts";

const modeSchema = z.enum(["pstn", "flow"]);
export type Mode = z.infer<typeof modeSchema>;

export interface WantedNumber {
  number: string;
  field: string;
  /** The mode that a mapping must have; undefined where any will do. */
  mode: Mode | undefined;
  /** The mode that a new mapping is sent with: inbound numbers are mapped without a mode, as the quick starts do. */
  sent: Mode | undefined;
  reason: string;
}

export interface WantedIp {
  ip: string;
  mask: number;
  field: string;
  reason: string;
}

/** Everything that the setups of one trunk ask for, each thing once. */
export interface Wanted extends WantedRows {
  useCases: { useCase: UseCase; at: string }[];
  numbers: Map<string, WantedNumber>;
  ips: Map<string, WantedIp>;
  /** By the form in which destinations are compared. */
  destinations: Map<string, string>;
  alias: Placed<string> | undefined;
  domainName: Placed<string> | undefined;
}

const modes: Record<UseCase | "any", Pick<WantedNumber, "mode" | "sent" | "reason">> = {
  outbound: { mode: "pstn", sent: "pstn", reason: "Outbound calls show it." },
  inbound: { mode: "pstn", sent: undefined, reason: "Callers dial it." },
  voice_ai: { mode: "flow", sent: "flow", reason: "Its calls go to the voice bot." },
  any: { mode: undefined, sent: undefined, reason: "It is wanted on this trunk." },
};

export function collect({ wanted, trunk }: TrunkTask, plan: TrunkPlan): Wanted {
  const all: Wanted = {
    ...noRows(),
    useCases: [],
    numbers: new Map(),
    ips: new Map(),
    destinations: new Map(),
    alias: undefined,
    domainName: undefined,
  };
  for (const { setup, at } of wanted) add(all, withAllNumbers(setup, trunk), at, plan);
  return all;
}

/** A mode without numbers is that of all numbers. */
function withAllNumbers(setup: Setup, trunk: TrunkDetail | undefined): Setup {
  if (setup.numbers || setup.options?.["mode"] === undefined) return setup;
  return { ...setup, numbers: trunk?.phone_numbers?.map((row) => row.phone_number) };
}

/** Calls out and in over one trunk are one setup: its destinations say the second. */
function useCasesOf({ use_case, destinations = [] }: Setup): UseCase[] {
  if (use_case === undefined) return [];
  return use_case === "outbound" && destinations.length > 0 ? ["outbound", "inbound"] : [use_case];
}

function add(all: Wanted, setup: Setup, at: string, plan: TrunkPlan): void {
  for (const useCase of useCasesOf(setup)) all.useCases.push({ useCase, at });
  addNumbers(all, setup, at, plan);
  for (const entry of readIps(setup, at, plan)) all.ips.set(cidr(entry), { ...entry, reason: "Calls may come from there." });
  for (const [value, field] of onceEach(setup, "destinations", at, plan)) all.destinations.set(bareDestination(value), field);
  addRows(all, setup, at, plan);
  if (setup.alias !== undefined) all.alias = agreed(all.alias, { value: setup.alias, field: `${at}alias` }, plan);
  addOptions(all, setup, at, plan);
}

function addNumbers(all: Wanted, setup: Setup, at: string, plan: TrunkPlan): void {
  const mode = modeSchema.safeParse(setup.options?.["mode"]).data;
  const own = { ...modes[setup.use_case ?? "any"], ...(mode === undefined ? {} : { mode, sent: mode }) };
  for (const [number, field] of onceEach(setup, "numbers", at, plan)) {
    const other = all.numbers.get(number);
    if (other?.mode && own.mode && other.mode !== own.mode) {
      plan.questions.push({ field, question: `${quoteText(number)} is asked for in mode pstn and in mode flow. It has one mode: which?` });
    }
    const { mode, sent, reason } = other?.mode ? { ...other, sent: other.sent ?? own.sent } : own;
    all.numbers.set(number, { number, field, mode, sent, reason });
  }
}

function addOptions(all: Wanted, { options = {} }: Setup, at: string, plan: TrunkPlan): void {
  for (const [name, value] of Object.entries(options)) {
    const field = `${at}options.${name}`;
    if (name === "domain_name" && typeof value === "string") all.domainName = agreed(all.domainName, { value, field }, plan);
    else if (name !== "mode")
      plan.questions.push({ field, question: "Exotel takes two options: mode, and domain_name, a text. Leave this one out." });
    else if (!modeSchema.safeParse(value).success)
      plan.questions.push({ field, question: "In which mode are the numbers?", candidates: [...modeSchema.options] });
  }
}
