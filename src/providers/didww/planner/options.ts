import type { TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { Setup } from "../../../core/carrier/setup.ts";
import { readSetupOptions } from "../../../core/carrier/setup-options.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { quoteText } from "../../../core/text.ts";
import { toCidr } from "../../../rules/range.ts";
import { askWhich } from "../../../rules/wanted-rows.ts";
import { attributesSchema, type TrunkFields } from "../fields.ts";

/** The wishes of one trunk's setups, in DIDWW's own fields. */
export interface Wanted {
  fields: TrunkFields;
  /** The place at which each field was asked for. */
  places: Map<string, string>;
  /** Addresses, each once, in the order of asking. */
  ips: Map<string, { entry: string; field: string }>;
  numbers: Map<string, string>;
  /** Entries that are to go, as they were written, each with its place. */
  remove: Map<string, string>;
}

/** In options, but not for them: they have a place of their own, or are set when a trunk is made. */
const elsewhere: Record<string, string> = {
  name: "The trunk's name goes into trunk.",
  allowed_sip_ips: "Pass the addresses in ips.",
};

export function collect({ wanted }: TrunkTask, plan: TrunkPlan): Wanted {
  const all: Wanted = { fields: {}, places: new Map(), ips: new Map(), numbers: new Map(), remove: new Map() };
  for (const { setup, at } of wanted) {
    refuseForeignFields(setup, at, plan);
    for (const [index, entry] of (setup.ips ?? []).entries()) all.ips.set(toCidr(entry), { entry, field: `${at}ips.${index}` });
    for (const [index, words] of (setup.remove ?? []).entries()) all.remove.set(words, `${at}remove.${index}`);
    if (setup.new_name !== undefined) set(all, "name", setup.new_name, `${at}new_name`, plan);
    for (const [index, number] of (setup.numbers ?? []).entries()) all.numbers.set(number, `${at}numbers.${index}`);
    addOptions(all, setup, at, plan);
  }
  return all;
}

/** Asks about everything that DIDWW's API cannot do with a voice out trunk. */
function refuseForeignFields({ destinations, alias, credentials }: Setup, at: string, plan: TrunkPlan): void {
  const ask = (field: string, question: string) => plan.questions.push({ field: `${at}${field}`, question });
  if (destinations?.length) ask("destinations", "A voice out trunk has no destinations: it places calls only. Leave them out?");
  if (alias !== undefined) {
    ask("alias", "DIDWW has no alias; caller ids are a trunk's DIDs (options.dids, or options.allow_any_did_as_cli). Leave it out?");
  }
  if (credentials?.length) ask("credentials", "DIDWW makes each trunk's login itself, with a user name of its own. Leave credentials out?");
}

function addOptions(all: Wanted, { options = {} }: Setup, at: string, plan: TrunkPlan): void {
  const ask = (name: string, question: string) => plan.questions.push({ field: `${at}options.${name}`, question });
  for (const name of Object.keys(options).filter((key) => key in elsewhere)) ask(name, elsewhere[name] ?? "");
  const unknown = (key: string) => `DIDWW's voice out trunks have no attribute ${quoteText(key)}.`;
  const read = readSetupOptions(attributesSchema, options, at, plan, { unknown, elsewhere: Object.keys(elsewhere) });
  for (const [name, value] of Object.entries(read ?? {})) set(all, name as keyof TrunkFields, value, `${at}options.${name}`, plan);
}

function set(all: Wanted, name: keyof TrunkFields, value: unknown, place: string, plan: TrunkPlan): void {
  askWhich(all.fields[name], { value, field: place }, plan);
  all.fields = { ...all.fields, [name]: value };
  all.places.set(name, place);
}

/** Reads a live trunk's value of an option; undefined where its view does not say. */
export function liveValue({ trunk_name, status, phone_numbers, attributes = {} }: TrunkDetail, name: string): unknown {
  if (name === "name") return trunk_name;
  if (name === "status") return status;
  if (name === "dids") return phone_numbers?.map((row) => row.phone_number_id);
  return attributes[name];
}
