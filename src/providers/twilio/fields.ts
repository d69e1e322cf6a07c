import * as z from "zod";
import { withoutGrouping } from "../../rules/phone-number.ts";

/** Fields that several of Twilio's tools take, under Twilio's own names in small letters. */
export const trunkSid = z.string().min(1).max(64).describe("Name or number too");
export const phoneNumber = z.string().max(32).transform(withoutGrouping).describe("E.164");
export const rowId = z.string().min(1).max(80).optional().describe("Or its id");
export const removed = { removed: z.literal(true), trunk_sid: z.string() };

const httpMethod = z.enum(["GET", "POST"]);

/** An empty text clears a field. */
const settings = {
  domain_name: z.string().max(253).optional().describe("<name>.pstn.twilio.com"),
  secure: z.boolean().optional().describe("TLS and SRTP only"),
  cnam_lookup_enabled: z.boolean().optional().describe("Shows callers' names"),
  transfer_mode: z.enum(["disable-all", "enable-all", "sip-only"]).optional().describe("REFER"),
  transfer_caller_id: z.enum(["from-transferee", "from-transferor"]).optional().describe("Of transfers"),
  disaster_recovery_url: z.string().max(2000).optional().describe("TwiML for calls in that fail"),
  disaster_recovery_method: httpMethod.optional().describe("For that URL"),
};

export const newTrunkSchema = z.strictObject({ friendly_name: z.string().min(1).max(64).describe("Name"), ...settings });
export type NewTrunk = z.infer<typeof newTrunkSchema>;

export const trunkChangeSchema = z.strictObject({
  trunk_sid: trunkSid,
  friendly_name: z.string().max(64).optional().describe("Name"),
  ...settings,
  recording_mode: z
    .enum(["do-not-record", "record-from-ringing", "record-from-answer", "record-from-ringing-dual", "record-from-answer-dual"])
    .optional()
    .describe("Of all calls"),
  recording_trim: z.enum(["do-not-trim", "trim-silence"]).optional().describe("Silence"),
});
export type TrunkChange = z.infer<typeof trunkChangeSchema>;

const place = z.int().min(0).max(65_535);

export const urlSettings = {
  sip_url: z.string().max(255).describe("sip:host:port;transport=tls"),
  priority: place.describe("Lowest first"),
  weight: place.describe("Share among equals"),
  enabled: z.boolean().describe("Gets calls"),
  friendly_name: z.string().max(64).describe("Label"),
};
export interface UrlInput {
  trunk_sid: string;
  sip_url: string;
  priority: number;
  weight: number;
  enabled: boolean;
  friendly_name?: string | undefined;
}
export type UrlChange = { trunk_sid: string; destination_uri_id: string } & Partial<Omit<UrlInput, "trunk_sid">>;

/** `friendly_name` becomes `FriendlyName`. Anything else would be ignored. */
export function toForm(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()), value]],
    ),
  );
}
