import * as z from "zod";

/**
 * Exotel's JSON, in the documented shapes and in the observed ones (providers' notes, 2026-01). Only what is read
 * is named; everything else may come and go.
 */
const errorDataSchema = z.object({
  code: z.number().nullish(),
  message: z.string().nullish(),
  description: z.string().nullish(),
});
export type ErrorData = z.infer<typeof errorDataSchema>;

/** One result. HTTP 200 may carry one that failed: only `code` and `status` in here are to be believed. */
const itemSchema = z.object({
  code: z.number().nullish(),
  status: z.string().nullish(),
  error_data: errorDataSchema.nullish(),
  data: z.unknown().optional(),
});
export type Item = z.infer<typeof itemSchema>;

export const envelopeSchema = z.object({
  metadata: z.object({ next_page_uri: z.string().nullish() }).nullish(),
  response: z.union([z.array(itemSchema), itemSchema]),
});

const id = z.union([z.string(), z.number()]).transform(String);

export const trunkRecordSchema = z.object({
  trunk_sid: z.string(),
  trunk_name: z.string(),
  status: z.string().nullish(),
  domain_name: z.string().nullish(),
  auth_type: z.string().nullish(),
  registration_enabled: z.string().nullish(),
  edge_preference: z.string().nullish(),
  nso_code: z.string().nullish(),
  secure_trunking: z.string().nullish(),
  date_created: z.string().nullish(),
});
export type TrunkRecord = z.infer<typeof trunkRecordSchema>;

export const phoneNumberRecordSchema = z.object({
  id,
  phone_number: z.string(),
  /** Null when it was left out; the service then routes as `pstn`. */
  mode: z.string().nullish(),
  date_created: z.string().nullish(),
});
export type PhoneNumberRecord = z.infer<typeof phoneNumberRecordSchema>;

export const whitelistedIpRecordSchema = z.object({
  id,
  ip: z.string(),
  mask: z.number(),
  friendly_name: z.string().nullish(),
  date_created: z.string().nullish(),
});
export type WhitelistedIpRecord = z.infer<typeof whitelistedIpRecordSchema>;

export const destinationRecordSchema = z.object({
  id,
  destination: z.string(),
  type: z.string().nullish(),
  priority: z.number().nullish(),
  weight: z.number().nullish(),
  date_created: z.string().nullish(),
});
export type DestinationRecord = z.infer<typeof destinationRecordSchema>;

/** Observed: a row with an id and never a password. Documented: one object, `username` and `password`. */
export const credentialRecordSchema = z.union([
  z.object({ id, user_name: z.string(), friendly_name: z.string().nullish(), date_created: z.string().nullish() }),
  z.object({ username: z.string(), password: z.string() }),
]);
export type CredentialRecord = z.infer<typeof credentialRecordSchema>;

export const settingRecordSchema = z.object({ name: z.string(), value: z.string().nullish() });

/** No sample of this answer is known; both the number's and the map's spelling are taken. */
export const trunkMapRecordSchema = z.object({
  trunk_sid: z.string(),
  trunk_name: z.string().nullish(),
  exophone: z.string().nullish(),
  phone_number: z.string().nullish(),
  id: id.nullish(),
  mode: z.string().nullish(),
});
