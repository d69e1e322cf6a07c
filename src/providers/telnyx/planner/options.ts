import * as z from "zod";
import { brokenRule } from "../../../core/broken-rule.ts";
import type { TrunkPlan } from "../../../core/carrier/planner.ts";
import type { Setup } from "../../../core/carrier/setup.ts";
import { lenient } from "../../../core/lenient.ts";
import { cleanText, quoteText } from "../../../core/text.ts";
import { agreed, type Placed } from "../../../rules/wanted-rows.ts";
import { connectionChangeSchema, newConnectionSchema, newProfileSchema } from "../fields.ts";

const settings = connectionChangeSchema.shape;
const inbound = settings.inbound.unwrap().shape;
const outbound = settings.outbound.unwrap().shape;

interface Option {
  schema: z.ZodType;
  /** The object of the tool's input in which it goes, and its name there. */
  into?: "inbound" | "outbound";
  name?: string;
}

/** The options of a connection, under the names that its attributes have. */
export const settingOptions: Readonly<Record<string, Option>> = {
  transport_protocol: { schema: settings.transport_protocol },
  encrypted_media: { schema: settings.encrypted_media },
  anchorsite_override: { schema: settings.anchorsite_override },
  dtmf_type: { schema: settings.dtmf_type },
  sip_uri_calling_preference: { schema: settings.sip_uri_calling_preference },
  ani_number_format: { schema: inbound.ani_number_format, into: "inbound" },
  dnis_number_format: { schema: inbound.dnis_number_format, into: "inbound" },
  codecs: { schema: inbound.codecs, into: "inbound" },
  inbound_channel_limit: { schema: inbound.channel_limit, into: "inbound", name: "channel_limit" },
  sip_region: { schema: inbound.sip_region, into: "inbound" },
  sip_subdomain_receive_settings: { schema: inbound.sip_subdomain_receive_settings, into: "inbound" },
  default_routing_method: { schema: inbound.default_routing_method, into: "inbound" },
  outbound_channel_limit: { schema: outbound.channel_limit, into: "outbound", name: "channel_limit" },
  ani_override_type: { schema: outbound.ani_override_type, into: "outbound" },
  localization: { schema: outbound.localization, into: "outbound" },
  tech_prefix: { schema: outbound.tech_prefix, into: "outbound" },
  call_parking_enabled: { schema: outbound.call_parking_enabled, into: "outbound" },
};

/** The limits of a new profile, under Telnyx's names. */
export const limitOptions = ["whitelisted_destinations", "daily_spend_limit", "concurrent_call_limit"] as const;

/** Names that a person has for an option, which are said in its place. */
const plainNames: Readonly<Record<string, string>> = { countries: "whitelisted_destinations", daily_limit: "daily_spend_limit" };
/** The tools' name for it is taken too. */
const otherNames: Readonly<Record<string, string>> = { ...plainNames, outbound_voice_profile_id: "outbound_voice_profile" };

/** Those that say which kind of connection, and which profile. */
const otherOptions: Readonly<Record<string, Option>> = {
  connection_type: { schema: newConnectionSchema.shape.connection_type },
  outbound_voice_profile: { schema: settings.outbound_voice_profile_id },
  daily_spend_limit: { schema: z.preprocess(String, newProfileSchema.shape.daily_spend_limit) },
  concurrent_call_limit: { schema: z.preprocess(String, newProfileSchema.shape.concurrent_call_limit) },
  whitelisted_destinations: { schema: z.preprocess(asCodes, newProfileSchema.shape.whitelisted_destinations) },
};

const allOptions: Readonly<Record<string, Option>> = { ...otherOptions, ...settingOptions };

const listed = [...Object.keys(plainNames), ...Object.keys(allOptions).filter((name) => !Object.values(plainNames).includes(name))];

/** Countries as a person lists them, in whichever letters. */
function asCodes(given: unknown): unknown {
  const codes = typeof given === "string" ? given.split(/[\s,]+/) : given;
  return Array.isArray(codes) ? codes.map((one) => String(one).trim().toUpperCase()) : codes;
}

export type Options = Map<string, Placed<unknown>>;

/** Options that are right, each with its place; the others are asked about. */
export function addOptions(all: Options, { options = {} }: Setup, at: string, plan: TrunkPlan): void {
  for (const [said, given] of Object.entries(options)) {
    const field = `${at}options.${cleanText(said, 60)}`;
    const name = Object.hasOwn(otherNames, said) ? (otherNames[said] ?? said) : said;
    const read = readOption(name, given);
    if ("question" in read) plan.questions.push({ field, question: read.question });
    else all.set(name, agreed(all.get(name), { value: read.value, field }, plan));
  }
}

function readOption(name: string, given: unknown): { value: unknown } | { question: string } {
  const option = Object.hasOwn(allOptions, name) ? allOptions[name] : undefined;
  if (!option) return { question: `Telnyx's connections have no option ${quoteText(name)}. Options: ${listed.join(", ")}.` };
  const parsed = option.schema.safeParse(lenient(option.schema, given));
  return parsed.success ? { value: parsed.data } : { question: `${brokenRule(parsed.error.issues[0]?.message ?? "")}.` };
}

/** The settings among them, in the places of the tool's input. */
export function toInput(values: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const input: Record<string, Record<string, unknown>> & Record<string, unknown> = {};
  for (const [option, value] of values) {
    const { into, name = option } = settingOptions[option] ?? {};
    if (into === undefined) input[name] = value as Record<string, unknown>;
    else input[into] = { ...input[into], [name]: value };
  }
  return input;
}
