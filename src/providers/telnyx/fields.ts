import * as z from "zod";
import { madeTrunkSchema, shownLoginSchema, shownNumberSchema } from "../../core/carrier/shown-trunk.ts";
import { withoutGrouping } from "../../rules/phone-number.ts";
import { connectionTypes } from "./json.ts";

/** Fields of Telnyx's tools, under the names that Telnyx's API gives them. */
export const connectionId = z.string().min(1).max(255).describe("Name or number too");
export const phoneNumber = z.string().max(32).transform(withoutGrouping).describe("E.164");
const profileId = z.string().min(1).max(255).describe("Id or name");
export const cursor = z
  .string()
  .regex(/^\d{1,6}$/, { error: "not a cursor that this list gave out" })
  .optional()
  .describe("next_cursor");

/** `none` empties a field: an empty text is what a model sends for a field that it leaves out. */
const emptiable = (text: z.ZodString) => text.overwrite((value) => (value === "none" ? "" : value));
const channels = z.int().min(1).max(100_000).nullable().optional();

/** Taken and not listed: a model knows Telnyx's names, and the description has those that matter. */
const inbound = z
  .strictObject(
    unlisted({
      ani_number_format: z.enum(["+E.164", "E.164", "+E.164-national", "E.164-national"]).optional(),
      dnis_number_format: z.enum(["+e164", "e164", "national", "sip_username"]).optional(),
      codecs: z
        .array(z.enum(["G722", "G711U", "G711A", "G729", "OPUS", "H.264"]))
        .min(1)
        .max(6)
        .optional(),
      channel_limit: channels,
      sip_region: z.enum(["US", "Europe", "Australia"]).optional(),
      sip_subdomain: emptiable(z.string().regex(/^[a-z0-9-]{0,63}$/i)).optional(),
      sip_subdomain_receive_settings: z.enum(["only_my_connections", "from_anyone"]).optional(),
      default_routing_method: z.enum(["sequential", "round-robin"]).optional(),
      shaken_stir_enabled: z.boolean().optional(),
      prack_enabled: z.boolean().optional(),
      isup_headers_enabled: z.boolean().optional(),
      generate_ringback_tone: z.boolean().optional(),
      timeout_1xx_secs: z.int().min(1).max(120).optional(),
      timeout_2xx_secs: z.int().min(1).max(600).optional(),
    }),
  )
  .describe("ani_number_format, dnis_number_format, codecs, channel_limit, sip_region, sip_subdomain");
const outbound = z
  .strictObject(
    unlisted({
      channel_limit: channels,
      ani_override: emptiable(z.string().max(16)).transform(withoutGrouping).optional(),
      ani_override_type: z.enum(["always", "normal", "emergency"]).optional(),
      localization: z
        .string()
        .regex(/^[A-Z]{2}$/)
        .optional(),
      ip_authentication_method: z.enum(["tech-prefixp-charge-info", "token", "ip-authentication", "credential-authentication"]).optional(),
      tech_prefix: emptiable(z.string().regex(/^(\d{4}|none)?$/)).optional(),
      call_parking_enabled: z.boolean().optional(),
      instant_ringback_enabled: z.boolean().optional(),
      generate_ringback_tone: z.boolean().optional(),
      t38_reinvite_source: z.enum(["telnyx", "customer", "disabled", "passthru", "caller-passthru", "callee-passthru"]).optional(),
    }),
  )
  .describe("channel_limit, ani_override, localization, ip_authentication_method, tech_prefix");

/** The limits of a profile as they were read for a person: filled in by this server, whatever a caller says. */
export const knownProfileSchema = z.object({
  profile_name: z.string().max(1_000),
  profile_enabled: z.boolean(),
  concurrent_call_limit: z.number().nullable(),
  daily_spend_limit: z.string().max(32).nullable(),
  max_destination_rate: z.number().nullable(),
  whitelisted_destinations: z.array(z.string().max(32)).max(1_000),
  call_recording_type: z.string().max(64),
});
export type KnownProfile = z.infer<typeof knownProfileSchema>;

const name = z.string().trim().min(1).max(255);
const settings = {
  outbound_voice_profile_id: profileId.optional(),
  transport_protocol: z.enum(["UDP", "TCP", "TLS"]).optional().describe("Not credential"),
  encrypted_media: z.enum(["SRTP", "none"]).optional().describe("Media"),
  anchorsite_override: z.string().max(64).optional().meta({ unlisted: true }),
  dtmf_type: z.enum(["RFC 2833", "Inband", "SIP INFO"]).optional().meta({ unlisted: true }),
  sip_uri_calling_preference: z.enum(["disabled", "unrestricted", "internal"]).optional().meta({ unlisted: true }),
  inbound: inbound.optional(),
  outbound: outbound.optional(),
  profile: knownProfileSchema.optional().meta({ unlisted: true }),
};

export const newConnectionSchema = z.strictObject({
  connection_name: name.describe("Name"),
  connection_type: z.enum(connectionTypes).describe("ip: by address; fqdn: to host names; credential: by login"),
  ...settings,
  user_name: z.string().max(32).optional().describe("4 to 32 letters, digits"),
  password: z.string().max(128).optional().describe("Leave out; or ask, env:TRUNKLINE_SECRET_<name>"),
});
export type NewConnection = z.infer<typeof newConnectionSchema>;

export const connectionChangeSchema = z.strictObject({
  connection_id: connectionId,
  connection_name: name.optional().describe("New name"),
  active: z.boolean().optional().describe("false: no calls"),
  ...settings,
});
export type ConnectionChange = z.infer<typeof connectionChangeSchema>;

const profileFields = {
  daily_spend_limit: z
    .string()
    .regex(/^(\d{1,7}(\.\d{1,2})?|none)$/, { error: "expected US dollars such as 100.00, or none" })
    .optional()
    .describe("US dollars, or none"),
  // As text, like the other limit: a model's schema takes no alternatives.
  concurrent_call_limit: z
    .string()
    .regex(/^([1-9]\d{0,5}|none)$/, { error: "expected a number of calls, or none" })
    .optional()
    .describe("Calls, or none"),
  whitelisted_destinations: z
    .array(z.string().regex(/^[A-Z]{2}$/, { error: "expected two capital letters" }))
    .max(250)
    .optional()
    .describe("Countries, like US"),
  max_destination_rate: z.number().positive().max(1_000).optional().describe("US dollars a minute"),
};
const profileName = z.string().trim().min(3).max(255);

export const newProfileSchema = z.strictObject({ name: profileName.describe("3 letters or more"), ...profileFields });
export type NewProfile = z.infer<typeof newProfileSchema>;

export const profileChangeSchema = z.strictObject({
  outbound_voice_profile_id: profileId,
  name: profileName.optional().describe("New name"),
  enabled: z.boolean().optional().describe("false: no calls"),
  ...profileFields,
});
export type ProfileChange = z.infer<typeof profileChangeSchema>;

export const shownProfileSchema = z.object({
  outbound_voice_profile_id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  concurrent_call_limit: z.number().nullable(),
  daily_spend_limit: z.string().nullable(),
  max_destination_rate: z.number().nullable(),
  whitelisted_destinations: z.array(z.string()),
  call_recording_type: z.string(),
  connections_count: z.number().optional(),
});
export type ShownProfile = z.infer<typeof shownProfileSchema>;

/** A connection as a write left it, and its login where it has one. */
export const writtenConnectionSchema = z.object({ trunk: madeTrunkSchema, credentials: shownLoginSchema.optional() });

export const addressSchema = z.object({
  address_id: z.string(),
  address: z.string(),
  port: z.number().optional(),
  dns_record_type: z.string().optional(),
});
export type Address = z.infer<typeof addressSchema>;

export const accountNumberSchema = shownNumberSchema.extend({
  status: z.string().optional(),
  connection_id: z.string().optional(),
  connection_name: z.string().optional(),
});

/** A row is named by what a person says of it, or by its id. */
export const rowId = z.string().min(1).max(64).optional().describe("Or its id");
export const removed = { removed: z.literal(true), connection_id: z.string() };

/** Names of fields that a refusal may repeat. */
export const fieldNames: readonly string[] = [
  ...Object.keys(newConnectionSchema.shape),
  ...Object.keys(connectionChangeSchema.shape),
  ...Object.keys(inbound.shape),
  ...Object.keys(outbound.shape),
  ...Object.keys(profileChangeSchema.shape),
  ...["ip_address", "fqdn", "port", "dns_record_type", "phone_number"],
];

function unlisted<Shape extends z.ZodRawShape>(shape: Shape): Shape {
  return Object.fromEntries(
    Object.entries(shape).map(([key, field]) => [key, (field as z.ZodType).meta({ unlisted: true })]),
  ) as unknown as Shape;
}
