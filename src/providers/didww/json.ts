import * as z from "zod";

/** DIDWW's JSON:API documents in all three versions. Only what is read is named; everything else may come and go. */

const loginAttributes = {
  allowed_sip_ips: z.array(z.string()).nullish(),
  username: z.string().nullish(),
  password: z.string().nullish(),
};

/** Since 2026-04-16. `ip_only` is set up by DIDWW's support and cannot be written. */
const authenticationMethodSchema = z.object({
  type: z.string(),
  attributes: z.object({ ...loginAttributes, tech_prefix: z.string().nullish(), twilio_account_sid: z.string().nullish() }).nullish(),
});

const trunkAttributesSchema = z.object({
  name: z.string(),
  status: z.string().nullish(),
  created_at: z.string().nullish(),
  on_cli_mismatch_action: z.string().nullish(),
  allow_any_did_as_cli: z.boolean().nullish(),
  capacity_limit: z.number().nullish(),
  threshold_amount: z.string().nullish(),
  threshold_reached: z.boolean().nullish(),
  default_dst_action: z.string().nullish(),
  dst_prefixes: z.array(z.string()).nullish(),
  media_encryption_mode: z.string().nullish(),
  allowed_rtp_ips: z.array(z.string()).nullish(),
  force_symmetric_rtp: z.boolean().nullish(),
  rtp_ping: z.boolean().nullish(),
  rtp_timeout: z.number().nullish(),
  callback_url: z.string().nullish(),
  external_reference_id: z.string().nullish(),
  emergency_enable_all: z.boolean().nullish(),
  /** Before 2026-04-16 these stand here. */
  ...loginAttributes,
  authentication_method: authenticationMethodSchema.nullish(),
});

const identifiersSchema = z.object({ data: z.array(z.object({ id: z.string() })).nullish() });

/** A trunk, flat in every version. */
const trunkRecordSchema = z
  .object({
    id: z.string(),
    attributes: trunkAttributesSchema,
    relationships: z.object({ dids: identifiersSchema.nullish() }).nullish(),
    meta: z.object({ spent_amount: z.string().nullish() }).nullish(),
  })
  .transform(({ id, attributes: { authentication_method: method, ...attributes }, relationships, meta }) => ({
    id,
    ...attributes,
    ...method?.attributes,
    // Before methods had names, a trunk had a login and addresses.
    auth_type: method?.type ?? "credentials_and_ip",
    spent_amount: meta?.spent_amount,
    /** Present only where the answer was asked to include them. */
    did_ids: relationships?.dids?.data?.map((did) => did.id),
  }));
export type TrunkRecord = z.infer<typeof trunkRecordSchema>;

const includedSchema = z
  .array(
    z.object({
      id: z.string(),
      type: z.string(),
      attributes: z.object({ number: z.string().nullish(), created_at: z.string().nullish() }).nullish(),
    }),
  )
  .nullish();
export type Included = NonNullable<z.infer<typeof includedSchema>>;

const meta = z.object({ api_version: z.string().nullish() }).nullish();

export const metaSchema = z.object({ meta });
export const trunkDocumentSchema = z.object({ data: trunkRecordSchema, included: includedSchema, meta });
export const trunkListSchema = z.object({
  data: z.array(trunkRecordSchema),
  included: includedSchema,
  /** `next` is left out on the last page. */
  links: z.object({ next: z.string().nullish() }).nullish(),
  meta: z.object({ api_version: z.string().nullish(), total_records: z.number().nullish() }).nullish(),
});
/** DIDs of the account; numbers have no plus sign. */
export const didListSchema = z.object({
  data: z.array(z.object({ id: z.string(), attributes: z.object({ number: z.string().nullish() }) })),
  meta,
});
/** Replacing a login answers with an id and nothing more. */
export const regeneratedSchema = z.object({ data: z.object({ id: z.string() }), meta });

const errorSchema = z.object({
  title: z.string().nullish(),
  detail: z.string().nullish(),
  code: z.union([z.string(), z.number()]).nullish(),
  source: z.object({ pointer: z.string().nullish() }).nullish(),
});
export type DidwwError = z.infer<typeof errorSchema>;

export const errorsDocumentSchema = z.object({ errors: z.array(errorSchema).min(1) });
