import { loginReference } from "../../../core/carrier/login-reference.ts";
import type { TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { Setup } from "../../../core/carrier/setup.ts";
import { readSetupOptions } from "../../../core/carrier/setup-options.ts";
import { quoteText } from "../../../core/text.ts";
import { askWhich } from "../../../rules/wanted-rows.ts";
import { type InFields, inAttributesSchema } from "./fields.ts";
import { readGoal, writeGoal } from "./goal.ts";

/** The wishes about one trunk for calls in, each thing once, with the place at which it was asked for. */
export interface WantedIn {
  fields: InFields;
  places: Map<string, string>;
  numbers: Map<string, string>;
  remove: Map<string, string>;
  /** The places of setups that name a purpose. */
  purposes: string[];
  /** The login is written though the trunk has one of its name. */
  loginAnew: boolean;
}

export function collectIn({ wanted }: TrunkTask, plan: TrunkPlan): WantedIn {
  const all: WantedIn = { fields: {}, places: new Map(), numbers: new Map(), remove: new Map(), purposes: [], loginAnew: false };
  for (const { setup, at } of wanted) {
    refuseForeign(setup, at, plan);
    if (setup.use_case !== undefined) all.purposes.push(at);
    for (const [index, number] of (setup.numbers ?? []).entries()) all.numbers.set(number, `${at}numbers.${index}`);
    for (const [index, words] of (setup.remove ?? []).entries()) all.remove.set(words, `${at}remove.${index}`);
    addOptions(all, setup, at, plan);
    addGoal(all, setup, at, plan);
    if (setup.new_name !== undefined) set(all, "name", setup.new_name, `${at}new_name`, plan);
  }
  return all;
}

function set<Name extends keyof InFields>(all: WantedIn, name: Name, value: InFields[Name], place: string, plan: TrunkPlan): void {
  askWhich(all.fields[name], { value, field: place }, plan);
  all.fields[name] = value;
  all.places.set(name, place);
}

/** Asks about everything that a trunk for calls in does not have. */
function refuseForeign({ ips, alias, credentials, use_case }: Setup, at: string, plan: TrunkPlan): void {
  const ask = (field: string, question: string) => plan.questions.push({ field: `${at}${field}`, question });
  if (use_case === "outbound") ask("use_case", "This trunk is for calls in; calls out go over a trunk of its own. Which is meant?");
  if (ips?.length) ask("ips", "DIDWW calls your side, so no address of yours is let in there. Leave ips out?");
  if (alias !== undefined) ask("alias", "A trunk for calls in shows no caller id. Leave alias out?");
  if (credentials?.length) {
    ask(
      "credentials",
      "Pass the login that your side asks DIDWW for as options.auth_user, with options.auth_password as env:TRUNKLINE_SECRET_<name>.",
    );
  }
}

function addGoal(all: WantedIn, { destinations = [] }: Setup, at: string, plan: TrunkPlan): void {
  for (const [index, text] of destinations.entries()) {
    const goal = readGoal(text);
    const field = `${at}destinations.${index}`;
    const other = all.places.get("host");
    if (!goal?.host)
      plan.questions.push({
        field,
        question: `${quoteText(text)} is not of the form host:port;transport=tls, tcp or udp. Which is meant?`,
      });
    else if (other !== undefined && writeGoal({ ...goal, host: goal.host }) !== writeGoal({ ...all.fields, host: all.fields.host ?? "" }))
      plan.questions.push({ field, question: "A voice in trunk of DIDWW has one destination. Which?" });
    else for (const [name, value] of Object.entries(goal)) set(all, name as "host", value as string, field, plan);
  }
}

function addOptions(all: WantedIn, { options = {}, login_of }: Setup, at: string, plan: TrunkPlan): void {
  const ask = (name: string, question: string) => plan.questions.push({ field: `${at}options.${name}`, question });
  if (options["name"] !== undefined) ask("name", "The trunk's name goes into trunk.");
  const isPlain = isPlainPassword(options["auth_password"]);
  if (isPlain)
    ask("auth_password", "A plan is kept, and a password is not written into it. Which variable holds it, as env:TRUNKLINE_SECRET_<name>?");
  // A password in the open comes into no other question.
  const { auth_password: _, ...others } = options;
  all.loginAnew ||= login_of?.anew === true;
  if (login_of) set(all, "auth_password", loginReference("secret", login_of), `${at}options.auth_password`, plan);
  const unknown = (key: string) => `DIDWW's voice in trunks have no attribute ${quoteText(key)}.`;
  const read = readSetupOptions(inAttributesSchema, isPlain ? others : options, at, plan, { unknown, elsewhere: ["name"] });
  for (const [name, value] of Object.entries(read ?? {})) set(all, name as "host", value as string, `${at}options.${name}`, plan);
}

function isPlainPassword(value: unknown): boolean {
  return value !== undefined && !/^env:/.test(String(value));
}
