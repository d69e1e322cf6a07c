import * as z from "zod";

/**
 * LiveKit's JSON (livekit/protocol, August 2026). A server prints every default, others leave it out: both read the same. Enums
 * come by name or by number. Only what is read is named.
 */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const list = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const map = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

/** `"30s"` as seconds. */
const seconds = z
  .string()
  .nullish()
  .transform((value) => (/^\d+(\.\d+)?s$/.test(value ?? "") ? Number.parseFloat(value ?? "") : undefined));

/** An enum by our word for each of its values, in LiveKit's order. */
function words<const Words extends readonly string[]>(prefix: string, values: Words) {
  return z
    .union([z.string(), z.int()])
    .nullish()
    .transform((value): Words[number] | undefined =>
      typeof value === "number" ? values[value] : values.find((word) => `${prefix}${word.toUpperCase()}` === value),
    );
}

export const encryptions = ["disable", "allow", "require"] as const;
export const transports = ["auto", "udp", "tcp", "tls"] as const;
export const headerOptions = ["no_headers", "x_headers", "all_headers"] as const;

const encryption = words("SIP_MEDIA_ENCRYPT_", encryptions);

const mediaSchema = z
  .object({ only_listed_codecs: flag, codecs: z.array(z.object({ name: text })).nullish(), encryption })
  .nullish()
  .transform((media) => ({ only_listed_codecs: false, ...media, codecs: (media?.codecs ?? []).map(({ name }) => name) }));

const trunkFields = {
  sip_trunk_id: z.string().min(1),
  name: text,
  metadata: text,
  numbers: list,
  auth_username: text,
  auth_password: text,
  headers: map,
  headers_to_attributes: map,
  attributes_to_headers: map,
  include_headers: words("SIP_", headerOptions),
  media: mediaSchema,
  media_encryption: encryption,
  created_at: text,
};

export const inboundSchema = z
  .object({
    ...trunkFields,
    allowed_addresses: list,
    allowed_numbers: list,
    auth_realm: text,
    ringing_timeout: seconds,
    max_call_duration: seconds,
    krisp_enabled: flag,
  })
  .transform((trunk) => ({ ...trunk, direction: "inbound" as const }));
export type InboundRecord = z.infer<typeof inboundSchema>;

export const outboundSchema = z
  .object({ ...trunkFields, address: text, transport: words("SIP_TRANSPORT_", transports), destination_country: text, from_host: text })
  .transform((trunk) => ({ ...trunk, direction: "outbound" as const }));
export type OutboundRecord = z.infer<typeof outboundSchema>;
export type TrunkRecord = InboundRecord | OutboundRecord;

const prefixed = z.object({ room_prefix: text, pin: text }).nullish();

export const ruleSchema = z.object({
  sip_dispatch_rule_id: z.string().min(1),
  name: text,
  metadata: text,
  rule: z
    .object({
      dispatch_rule_direct: z.object({ room_name: text, pin: text }).nullish(),
      dispatch_rule_individual: prefixed,
      dispatch_rule_callee: prefixed,
    })
    .nullish(),
  trunk_ids: list,
  inbound_numbers: list,
  numbers: list,
  hide_phone_number: flag,
  attributes: map,
  room_config: z.object({ agents: z.array(z.object({ agent_name: text, metadata: text })).nullish() }).nullish(),
  krisp_enabled: flag,
  media: mediaSchema,
  media_encryption: encryption,
});
export type RuleRecord = z.infer<typeof ruleSchema>;

/** The record as it came, for an update that sends all of it back. */
const whole = z.looseObject({});
export type Whole = z.infer<typeof whole>;

/** A record as it is read, and as it came. */
export interface Got<Read> {
  record: Read;
  whole: Whole;
}

const both = <Read>(schema: z.ZodType<Read>) => whole.transform((raw): Got<Read> => ({ record: schema.parse(raw), whole: raw }));
export const gotSchema = <Read>(schema: z.ZodType<Read>) => z.object({ trunk: both(schema) });
/** A server prints an empty list too. */
export const listedSchema = <Read>(schema: z.ZodType<Read>) => z.object({ items: z.array(both(schema)) });
export const anySchema = whole;

export const trunkIdSchema = z.object({ sip_trunk_id: z.string().min(1) });
export const ruleIdSchema = z.object({ sip_dispatch_rule_id: z.string().min(1) });

/** Twirp's error. */
export const refusalSchema = z.object({ code: z.string(), msg: z.string().nullish() });
