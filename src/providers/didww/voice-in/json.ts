import * as z from "zod";

/** Documents about calls in. Only what is read is named; the configuration is kept whole, because a change has to send it back. */

const toOne = z.object({ data: z.object({ id: z.string() }).nullish() }).nullish();
const toMany = z.object({ data: z.array(z.object({ id: z.string() })).nullish() }).nullish();

const configurationSchema = z.looseObject({
  dst: z.string().nullish(),
  username: z.string().nullish(),
  host: z.string().nullish(),
  port: z.number().nullish(),
  transport_protocol_id: z.number().nullish(),
  codec_ids: z.array(z.number()).nullish(),
  resolve_ruri: z.boolean().nullish(),
  auth_enabled: z.boolean().nullish(),
  auth_user: z.string().nullish(),
  auth_password: z.string().nullish(),
  enabled_sip_registration: z.boolean().nullish(),
  incoming_auth_username: z.string().nullish(),
  incoming_auth_password: z.string().nullish(),
  media_encryption_mode: z.string().nullish(),
  stir_shaken_mode: z.string().nullish(),
  allowed_rtp_ips: z.array(z.string()).nullish(),
});
export type Configuration = z.infer<typeof configurationSchema>;

const attributesSchema = z.object({
  name: z.string(),
  description: z.string().nullish(),
  external_reference_id: z.string().nullish(),
  priority: z.number().nullish(),
  weight: z.number().nullish(),
  // One recording has a word here.
  capacity_limit: z.union([z.number(), z.string()]).nullish(),
  cli_format: z.string().nullish(),
  cli_prefix: z.string().nullish(),
  ringing_timeout: z.number().nullish(),
  created_at: z.string().nullish(),
  configuration: z.object({ type: z.string(), attributes: configurationSchema }),
});

export const inTrunkRecordSchema = z
  .object({
    id: z.string(),
    attributes: attributesSchema,
    relationships: z.object({ voice_in_trunk_group: toOne, pop: toOne }).nullish(),
  })
  .transform(({ id, attributes: { configuration, ...attributes }, relationships }) => ({
    id,
    ...attributes,
    kind: configuration.type,
    configuration: configuration.attributes,
    group_id: relationships?.voice_in_trunk_group?.data?.id,
    pop_id: relationships?.pop?.data?.id,
  }));
export type InTrunkRecord = z.infer<typeof inTrunkRecordSchema>;

/** Records that came along: names of groups, points of presence and trunks. */
const includedSchema = z
  .array(z.object({ id: z.string(), type: z.string(), attributes: z.object({ name: z.string().nullish() }).nullish() }))
  .nullish();

const paged = {
  included: includedSchema,
  links: z.object({ next: z.string().nullish() }).nullish(),
  meta: z.object({ total_records: z.number().nullish() }).nullish(),
};

export const inTrunkDocumentSchema = z.object({ data: inTrunkRecordSchema, included: includedSchema });
export const inTrunkListSchema = z.object({ data: z.array(inTrunkRecordSchema), ...paged });

const groupRecordSchema = z
  .object({
    id: z.string(),
    attributes: z.object({ name: z.string() }),
    relationships: z.object({ voice_in_trunks: toMany }).nullish(),
  })
  .transform(({ id, attributes: { name }, relationships }) => ({
    id,
    name,
    trunk_ids: relationships?.voice_in_trunks?.data?.map((trunk) => trunk.id) ?? [],
  }));
export type GroupRecord = z.infer<typeof groupRecordSchema>;
export const groupDocumentSchema = z.object({ data: groupRecordSchema });

const didRecordSchema = z
  .object({
    id: z.string(),
    attributes: z.object({
      number: z.string().nullish(),
      blocked: z.boolean().nullish(),
      terminated: z.boolean().nullish(),
      awaiting_registration: z.boolean().nullish(),
      capacity_limit: z.number().nullish(),
    }),
    relationships: z.object({ voice_in_trunk: toOne, voice_in_trunk_group: toOne }).nullish(),
  })
  .transform(({ id, attributes: { number, ...attributes }, relationships }) => ({
    id,
    ...attributes,
    // Here numbers have no plus sign.
    number: number == null ? "" : `+${number}`,
    trunk_id: relationships?.voice_in_trunk?.data?.id,
    group_id: relationships?.voice_in_trunk_group?.data?.id,
  }));
export type DidRecord = z.infer<typeof didRecordSchema>;

export const didDocumentSchema = z.object({ data: didRecordSchema, included: includedSchema });
export const didsSchema = z.object({ data: z.array(didRecordSchema), ...paged });
export type Names = ReadonlyMap<string, string>;

export function namesOf(included: z.infer<typeof includedSchema>): Names {
  return new Map((included ?? []).flatMap(({ id, attributes }) => (attributes?.name == null ? [] : [[id, attributes.name] as const])));
}
