import * as z from "zod";

/**
 * Telnyx's JSON. Only what is read is named; everything else may come and go. Ids have 19 digits: `/fqdns` sends one of them
 * as a number (read in a client that works with it, 2025-09), which arrives here as its digits.
 */
const id = z.union([z.string(), z.number()]).transform(String);
const text = z.string().nullish();
const count = z.number().nullish();
const flag = z.boolean().nullish();
const stamps = { created_at: text, updated_at: text };

export const connectionTypes = ["ip", "fqdn", "credential"] as const;
export type ConnectionType = (typeof connectionTypes)[number];

/** A row of the list of all connections. Applications are in it too, under other record types. */
export const connectionRowSchema = z.object({
  id,
  record_type: z.string(),
  connection_name: text,
  active: flag,
  tags: z.array(z.string()).nullish(),
  ...stamps,
});
export type ConnectionRow = z.infer<typeof connectionRowSchema>;

/** Loose: a change sends back the whole object, since nobody tells whether Telnyx merges or replaces it. */
const inboundSchema = z.looseObject({
  ani_number_format: text,
  dnis_number_format: text,
  codecs: z.array(z.string()).nullish(),
  channel_limit: count,
  sip_region: text,
  sip_subdomain: text,
  sip_subdomain_receive_settings: text,
  default_routing_method: text,
});
const outboundSchema = z.looseObject({
  outbound_voice_profile_id: id.nullish(),
  channel_limit: count,
  ani_override: text,
  ani_override_type: text,
  localization: text,
  ip_authentication_method: text,
  tech_prefix: text,
  call_parking_enabled: flag,
});

export const connectionSchema = connectionRowSchema.extend({
  anchorsite_override: text,
  transport_protocol: text,
  encrypted_media: text,
  dtmf_type: text,
  user_name: text,
  password: text,
  sip_uri_calling_preference: text,
  webhook_event_url: text,
  inbound: inboundSchema.nullish(),
  outbound: outboundSchema.nullish(),
});
export type ConnectionRecord = z.infer<typeof connectionSchema>;

export const loginSchema = z.object({ user_name: text, password: text });

export const ipSchema = z.object({ id, connection_id: id.nullish(), ip_address: z.string(), port: count, ...stamps });
export const fqdnSchema = z.object({
  id,
  connection_id: id.nullish(),
  fqdn: z.string(),
  port: count,
  dns_record_type: text,
  ...stamps,
});

export const profileSchema = z.object({
  id,
  name: z.string(),
  enabled: flag,
  concurrent_call_limit: count,
  daily_spend_limit: z.union([z.string(), z.number()]).nullish(),
  daily_spend_limit_enabled: flag,
  max_destination_rate: z.union([z.string(), z.number()]).nullish(),
  whitelisted_destinations: z.array(z.string()).nullish(),
  call_recording: z.object({ call_recording_type: text }).nullish(),
  connections_count: count,
  tags: z.array(z.string()).nullish(),
  ...stamps,
});
export type ProfileRecord = z.infer<typeof profileSchema>;

export const numberSchema = z.object({
  id,
  phone_number: z.string(),
  status: text,
  connection_id: id.nullish(),
  connection_name: text,
  ...stamps,
});
export type NumberRecord = z.infer<typeof numberSchema>;

export const metaSchema = z.object({ total_pages: count, page_number: count }).nullish();

const errorSchema = z.object({
  code: z.union([z.string(), z.number()]).nullish(),
  title: text,
  detail: text,
  source: z.object({ pointer: text, parameter: text }).nullish(),
});
export type TelnyxError = z.infer<typeof errorSchema>;

export const errorsSchema = z.object({ errors: z.array(errorSchema).min(1) });
