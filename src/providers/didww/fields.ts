import * as z from "zod";
import { madeTrunkSchema, shownLoginSchema } from "../../core/carrier/shown-trunk.ts";

/** Fields of DIDWW's tools, under the names that DIDWW's API gives them. */
export const trunkId = z.string().max(255).describe("Name or number too");

const addresses = z.array(z.string().max(49)).max(60);

/** `none` empties a field: an empty text is what a model sends for a field that it leaves out. */
const emptiable = (max: number) =>
  z
    .string()
    .max(max)
    .overwrite((text) => (text === "none" ? "" : text));

/**
 * Fields that both writes of a trunk take, in as few words as a model needs: there are twenty of them, twice. Bounds are those
 * of the 2021-12-15 document; later versions are narrower in places, and say so themselves.
 */
const optionalFields = {
  allowed_sip_ips: addresses.describe("Callers' IPs or ranges"),
  tech_prefix: emptiable(8).describe("Dialled first"),
  twilio_account_sid: z.string().max(34).describe("Instead of allowed_sip_ips"),
  allowed_rtp_ips: addresses.describe("Media"),
  capacity_limit: z.int().min(0).max(32_767).describe("Concurrent calls"),
  allow_any_did_as_cli: z.boolean().describe("Not only dids"),
  dids: z.array(z.string().max(36)).max(1_000).describe("Caller ids: DID numbers or ids"),
  status: z.enum(["active", "blocked"]).describe("blocked: no calls"),
  threshold_amount: emptiable(12).describe("Spend in 24 h, like 100.0"),
  default_dst_action: z.enum(["allow_all", "reject_all"]).describe("Where calls go"),
  dst_prefixes: z.array(z.string().max(15)).max(1_000).describe("Exceptions: under allow_all, rejected"),
  media_encryption_mode: z.enum(["disabled", "srtp_sdes", "srtp_dtls", "zrtp"]).describe("Encryption"),
  callback_url: emptiable(2_000).describe("URL"),
  force_symmetric_rtp: z.boolean().describe("To its source"),
  rtp_ping: z.boolean().describe("Ping"),
  rtp_timeout: z.int().min(30).max(600).describe("Seconds, 30 to 600"),
  emergency_enable_all: z.boolean().describe("From any DID"),
  external_reference_id: emptiable(100).describe("Own reference"),
};

const name = z.string().trim().min(1).max(255).describe("Name");
const cliAction = z.enum(["send_original_cli", "reject_call", "replace_cli", "randomize_cli"]).describe("For a caller id not allowed");

export const attributesSchema = z.strictObject({ name, on_cli_mismatch_action: cliAction, ...optionalFields }).partial();
export type TrunkFields = z.infer<typeof attributesSchema>;
export const fieldNames: readonly string[] = Object.keys(attributesSchema.shape);

export const newTrunkSchema = attributesSchema.required({ name: true, on_cli_mismatch_action: true });
export type NewTrunk = z.infer<typeof newTrunkSchema>;

/**
 * Another way of authentication is another trunk: switching a live one would end the login that its PBX uses. Every field is
 * taken. The list names those that change in everyday life, and describes two without which a change goes wrong; for the rest
 * a model has the schema of the create beside this one.
 */
export const trunkChangeSchema = attributesSchema.omit({ twilio_account_sid: true }).extend({
  ...undescribed("name", "on_cli_mismatch_action", "allowed_sip_ips", "capacity_limit", "allow_any_did_as_cli", "dids"),
  ...undescribed("status", "default_dst_action", "media_encryption_mode"),
  ...unlisted("tech_prefix", "allowed_rtp_ips", "callback_url", "force_symmetric_rtp", "rtp_ping", "rtp_timeout"),
  ...unlisted("emergency_enable_all", "external_reference_id"),
  trunk_id: trunkId,
});
export type TrunkChange = z.infer<typeof trunkChangeSchema>;

/** A trunk as a write left it, and its login where it has one. */
export const writtenTrunkSchema = z.object({ trunk: madeTrunkSchema, credentials: shownLoginSchema.optional() });

function undescribed<Name extends keyof TrunkFields>(...names: Name[]) {
  return withMeta(attributesSchema.shape, names, { description: undefined });
}

function unlisted<Name extends keyof TrunkFields>(...names: Name[]) {
  return withMeta(attributesSchema.shape, names, { unlisted: true });
}

export function withMeta<Shape extends z.ZodRawShape, Name extends keyof Shape & string>(
  shape: Shape,
  names: readonly Name[],
  meta: z.GlobalMeta,
): Pick<Shape, Name> {
  return Object.fromEntries(names.map((name) => [name, (shape[name] as unknown as z.ZodType).meta(meta)])) as unknown as Pick<Shape, Name>;
}
