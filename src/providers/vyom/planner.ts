import * as z from "zod";
import { canonicalJson } from "../../core/canonical.ts";
import {
  type CarrierPlanner,
  createdBy,
  emptyTrunkPlan,
  type TrunkFacts,
  type TrunkPlan,
  type TrunkTask,
} from "../../core/carrier/planner.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import { readSetupOptions } from "../../core/carrier/setup-options.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { quoteText } from "../../core/text.ts";
import { note, refuse } from "../../rules/findings.ts";
import { mayMean } from "../../rules/phone-number.ts";
import { sayStepRun } from "./approval-sentences.ts";
import type { VyomClient } from "./client.ts";
import { checkTrunkConfig, checkWebhook, type TrunkConfig, trunkConfigSchema, trunkTypeSchema } from "./trunk-config.ts";

export const vyomPlanner: CarrierPlanner<VyomClient> = {
  checkName: (name) => (name.trim().length > 100 ? refuse("trunk", "A trunk's name has 1 to 100 characters.") : undefined),
  facts,
  plan: planTrunk,
  say: sayStepRun,
  describe,
  useCases: ["outbound"],
  removeTrunk: ({ trunk_id }) => ({
    tool: "vyom_deactivate_trunk",
    arguments: { trunk_id },
    effect: "destroy",
    reason: "The trunk is not among what is wanted.",
  }),
  created: createdBy("vyom_create_outbound_trunk"),
  // Nothing of an existing trunk is ever changed, so there is nothing to take back.
  undo: () => undefined,
};

/** `numbers` of the setup are the configuration's own: nobody should have to say them twice. */
const optionsSchema = z.strictObject({
  trunk_type: trunkTypeSchema.optional(),
  trunk_config: trunkConfigSchema.optional(),
  passthrough_mode: z.boolean().optional(),
  passthrough_webhook_url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
});
type Options = z.infer<typeof optionsSchema>;

/** A name of a variable of the operator's, in whose place the pipeline puts its value. */
const REFERENCE = /^env:TRUNKLINE_SECRET_[A-Z0-9_]{1,64}$/;

function facts(trunk: TrunkDetail): TrunkFacts {
  return {
    name: trunk.trunk_name,
    numbers: trunk.phone_numbers ? trunk.phone_numbers.map((row) => row.phone_number).sort() : null,
    ...trunk.attributes,
  };
}

function planTrunk(task: TrunkTask): TrunkPlan {
  const plan = emptyTrunkPlan();
  const [first, ...others] = task.wanted;
  if (!first) return plan;
  for (const { at } of others)
    plan.questions.push({ field: `${at}trunk`, question: "One setup says all there is of a trunk on Vyom. Which of the two is meant?" });
  refuseForeignFields(first.setup, first.at, plan);
  const options = readOptions(first.setup, first.at, plan);
  if (!options) return plan;
  const complete = withNumbers(options, task.trunk, first.setup, first.at, plan);
  if (task.trunk) compare(task.trunk, complete, first.setup, first.at, plan);
  else planCreation(task, complete, first.at, plan);
  return plan;
}

/** Asks about everything that Vyom's trunks do not have. */
function refuseForeignFields(
  { use_case, ips, destinations, alias, credentials, new_name, remove }: Setup,
  at: string,
  plan: TrunkPlan,
): void {
  const ask = (field: string, question: string) => plan.questions.push({ field: `${at}${field}`, question });
  if (use_case === "inbound" || use_case === "voice_ai")
    ask("use_case", "Vyom's trunks place calls only, which is outbound. Is that meant?");
  if (new_name !== undefined || remove?.length)
    ask(
      new_name === undefined ? "remove" : "new_name",
      "Vyom changes nothing of a trunk. Deactivate it and create it anew, or leave it so?",
    );
  if (ips?.length) ask("ips", "Vyom keeps no list of addresses; calls come from its own servers. Leave ips out?");
  if (destinations?.length) ask("destinations", "A trunk on Vyom has no destinations. Leave them out?");
  if (alias !== undefined) ask("alias", "A trunk on Vyom has no alias. Leave it out?");
  if (credentials?.length)
    ask("credentials", "Vyom makes no logins; Twilio's login goes into options.trunk_config. Leave credentials out?");
}

function readOptions({ options = {} }: Setup, at: string, plan: TrunkPlan): Options | undefined {
  const data = readSetupOptions(optionsSchema, options, at, plan, { unknown: () => "Vyom has no such option." });
  const password = data?.trunk_config?.password;
  if (password === undefined || REFERENCE.test(password)) return data;
  const question =
    "A plan is kept, so it never holds a password. Under which variable has the operator set it? Pass env:TRUNKLINE_SECRET_<name>.";
  plan.questions.push({ field: `${at}options.trunk_config.password`, question });
  return undefined;
}

/** The setup's numbers put where the trunk's type has them. */
function withNumbers(options: Options, trunk: TrunkDetail | undefined, setup: Setup, at: string, plan: TrunkPlan): Options {
  const { numbers } = setup;
  const type = options.trunk_type ?? trunk?.attributes?.["trunk_type"];
  if (!numbers?.length) return options;
  const config: TrunkConfig = options.trunk_config ?? {};
  const given = type === "exotel" ? config.exotel_number && [config.exotel_number] : config.numbers;
  if (given && !(given.length === numbers.length && given.every((number) => numbers.some((one) => mayMean(number, one))))) {
    plan.questions.push({ field: `${at}numbers`, question: "These are not the numbers in options.trunk_config. Which are meant?" });
  }
  if (type === "exotel" && numbers.length > 1) {
    plan.questions.push({ field: `${at}numbers`, question: "A trunk of type exotel has one number. Which?" });
  }
  const placed = type === "exotel" ? { exotel_number: config.exotel_number ?? numbers[0] } : { numbers };
  return { ...options, trunk_config: { ...config, ...placed } };
}

function planCreation(task: TrunkTask, options: Options, at: string, plan: TrunkPlan): void {
  const { trunk_type: type, trunk_config: config = {}, passthrough_mode, passthrough_webhook_url } = options;
  if (type === undefined) {
    plan.questions.push({
      field: `${at}options.trunk_type`,
      question: "Over which carrier does the trunk call: twilio or exotel?",
      candidates: [...trunkTypeSchema.options],
    });
    return;
  }
  const findings = [
    vyomPlanner.checkName(task.name),
    ...checkTrunkConfig(type, config, task.sandbox),
    checkWebhook("passthrough_webhook_url", passthrough_webhook_url, passthrough_mode),
  ];
  note(
    plan,
    findings.map((finding) => finding && { ...finding, field: finding.field === "trunk" ? `${at}trunk` : `${at}options.${finding.field}` }),
  );
  plan.steps.push({
    tool: "vyom_create_outbound_trunk",
    arguments: {
      trunk_name: task.name.trim(),
      trunk_type: type,
      trunk_config: config,
      ...(passthrough_mode === undefined ? {} : { passthrough_mode }),
      ...(passthrough_webhook_url === undefined ? {} : { passthrough_webhook_url }),
    },
    effect: "create",
    reason: "There is no trunk of this name; nothing of it can be changed later.",
  });
}

/** Fields of a configuration that this server remembers; the login it does not. */
const comparable = ["address", "exotel_number", "sip_host", "sip_port", "sip_domain"] as const;

/** Vyom trunks are immutable: a difference becomes a question. */
function compare(trunk: TrunkDetail, options: Options, setup: Setup, at: string, plan: TrunkPlan): void {
  plan.unchanged.push({ kind: "trunk", value: trunk.trunk_name });
  if (!trunk.remembered) {
    plan.warnings.push(`Vyom does not show how the trunk ${quoteText(trunk.trunk_name)} is configured, so only its name was compared.`);
    return;
  }
  for (const { path, wanted, now } of pairs(trunk, options, setup)) {
    if (wanted === undefined) continue;
    if (canonicalJson(wanted) === canonicalJson(now)) plan.unchanged.push({ kind: "option", value: path.replace(/^options\./, "") });
    else plan.questions.push({ field: `${at}${path}`, question: differs(now) });
  }
}

function differs(now: unknown): string {
  const is = now === undefined ? "not set" : quoteText([now].flat().join(", "));
  return `It is ${is} on this trunk, and Vyom changes nothing later. Deactivate the trunk and create it anew, or leave it so?`;
}

function pairs({ attributes = {}, phone_numbers = [] }: TrunkDetail, options: Options, setup: Setup) {
  const { trunk_config: config = {} } = options;
  return [
    { path: "options.trunk_type", wanted: options.trunk_type, now: attributes["trunk_type"] },
    { path: "options.passthrough_mode", wanted: options.passthrough_mode, now: attributes["passthrough_mode"] ?? false },
    ...comparable.map((name) => ({ path: `options.trunk_config.${name}`, wanted: config[name], now: attributes[name] })),
    {
      path: setup.numbers ? "numbers" : "options.trunk_config.numbers",
      wanted: config.numbers?.toSorted(),
      now: phone_numbers.map((row) => row.phone_number).sort(),
    },
  ];
}

function describe(trunk: TrunkDetail, name: string): { setups: Setup[]; comments: string[] } {
  const base: Setup = { provider: "vyom", trunk: name };
  if (!trunk.remembered) return { setups: [base], comments: ["Vyom does not show its configuration, and this server did not create it"] };
  const { attributes = {}, phone_numbers = [] } = trunk;
  const { trunk_type, passthrough_mode } = attributes;
  const numbers = phone_numbers.map((row) => row.phone_number);
  const known = comparable.flatMap((field) => (attributes[field] === undefined ? [] : [[field, attributes[field]]]));
  const config = { ...Object.fromEntries(known), ...(trunk_type === "twilio" ? { numbers } : {}) };
  const options = { trunk_type, trunk_config: config, ...(passthrough_mode === true ? { passthrough_mode } : {}) };
  const comments =
    trunk_type === "twilio" ? ["to create it anew, trunk_config needs username and password: env:TRUNKLINE_SECRET_<name>"] : [];
  return { setups: [{ ...base, use_case: "outbound", options }], comments };
}
