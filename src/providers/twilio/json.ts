import * as z from "zod";

/** Twilio's JSON. Only what is read is named; everything else may come and go. */

export const refusalSchema = z.object({ code: z.number().nullish(), message: z.string().nullish() });
export type RefusalRecord = z.infer<typeof refusalSchema>;

/** The two APIs place the link to the next page differently. */
export const pageSchema = z.object({
  meta: z.object({ next_page_url: z.string().nullish() }).nullish(),
  next_page_uri: z.string().nullish(),
});

/** A word where the documents' words are believed, an object where their samples are. */
const recordingSchema = z.union([z.object({ mode: z.string().nullish(), trim: z.string().nullish() }), z.string()]);

const text = z.string().nullish();

export const trunkRecordSchema = z.object({
  sid: z.string(),
  account_sid: text,
  friendly_name: text,
  domain_name: text,
  auth_type: text,
  secure: z.boolean().nullish(),
  cnam_lookup_enabled: z.boolean().nullish(),
  transfer_mode: text,
  transfer_caller_id: text,
  disaster_recovery_url: text,
  disaster_recovery_method: text,
  symmetric_rtp_enabled: z.boolean().nullish(),
  recording: recordingSchema.nullish(),
  date_created: text,
});
export type TrunkRecord = z.infer<typeof trunkRecordSchema>;

export const recordingRecordSchema = z.object({ mode: z.string(), trim: text });

export const urlRecordSchema = z.object({
  sid: z.string(),
  sip_url: z.string(),
  friendly_name: text,
  priority: z.number(),
  weight: z.number(),
  enabled: z.boolean().nullish(),
  date_created: text,
});
export type UrlRecord = z.infer<typeof urlRecordSchema>;

/** A list of addresses or of logins, as the account has it or as a trunk refers to it. */
export const listRecordSchema = z.object({ sid: z.string(), friendly_name: text });
export type ListRecord = z.infer<typeof listRecordSchema>;

export const addressRecordSchema = z.object({
  sid: z.string(),
  ip_address: z.string(),
  cidr_prefix_length: z.number().nullish(),
  friendly_name: text,
  date_created: text,
});
export type AddressRecord = z.infer<typeof addressRecordSchema>;

export const loginRecordSchema = z.object({ sid: z.string(), username: z.string(), date_created: text });
export type LoginRecord = z.infer<typeof loginRecordSchema>;

export const numberRecordSchema = z.object({
  sid: z.string(),
  phone_number: z.string(),
  trunk_sid: text,
  voice_url: text,
  voice_application_sid: text,
  date_created: text,
});
export type NumberRecord = z.infer<typeof numberRecordSchema>;

export const countryRecordSchema = z.object({
  iso_code: z.string(),
  name: text,
  low_risk_numbers_enabled: z.boolean().nullish(),
  high_risk_special_numbers_enabled: z.boolean().nullish(),
  high_risk_tollfraud_numbers_enabled: z.boolean().nullish(),
});
