import * as z from "zod";
import { madeTrunkSchema, shownLoginSchema } from "../../../core/carrier/shown-trunk.ts";
import { trunkId, withMeta } from "../fields.ts";

/** DIDWW's names, flat; the transport and the login's switch follow from words that a model knows. */
export const transports = ["udp", "tcp", "tls"] as const;

const fields = {
  name: z.string().trim().min(1).max(255).describe("Name"),
  host: z.string().max(255).describe("Where calls go"),
  port: z.int().min(1).max(65_535).describe("None: SRV"),
  transport: z.enum(transports).describe("Transport"),
  username: z.string().max(255).describe("User of the request URI, like +{DID}"),
  media_encryption_mode: z.enum(["disabled", "srtp_sdes", "srtp_dtls", "zrtp"]).describe("Encryption"),
  auth_user: z.string().max(255).describe("none: no login"),
  auth_password: z.string().max(255).describe("ask, or env:TRUNKLINE_SECRET_<name>"),
  enabled_sip_registration: z.boolean().describe("Your PBX registers; no host"),
  voice_in_trunk_group_id: z.string().max(36),
  codec_ids: z.array(z.int()).min(1).max(20).describe("9 PCMU, 10 PCMA, 6 DTMF"),
  allowed_rtp_ips: z.array(z.string().max(49)).max(10),
  resolve_ruri: z.boolean(),
  cli_format: z.enum(["raw", "e164", "local"]).describe("Caller id"),
  cli_prefix: z.string().max(7).describe("Before it, like +"),
  ringing_timeout: z.int().min(1).max(32),
  capacity_limit: z.int().min(1).max(32_767),
  priority: z.int().min(0).max(65_535),
  weight: z.int().min(0).max(65_535),
  pop_id: z.string().max(36),
  external_reference_id: z.string().max(100),
  description: z.string().max(1_000),
};

/** Rarely needed: taken, and not listed, because each costs a model its words. */
const rare = [
  ...(["voice_in_trunk_group_id", "allowed_rtp_ips", "resolve_ruri", "ringing_timeout", "capacity_limit"] as const),
  ...(["priority", "weight", "pop_id", "external_reference_id", "description"] as const),
];

export const inAttributesSchema = z.strictObject({ ...fields, ...withMeta(fields, rare, { unlisted: true }) }).partial();
export type InFields = z.infer<typeof inAttributesSchema>;
export const inFieldNames: readonly string[] = Object.keys(inAttributesSchema.shape);

export const newInTrunkSchema = inAttributesSchema.required({ name: true });
export type NewInTrunk = z.infer<typeof newInTrunkSchema>;

/** The schema of the create stands beside this one: words and rarer fields are there. */
export const inTrunkChangeSchema = inAttributesSchema.extend({
  ...withMeta(inAttributesSchema.shape, ["name", "host", "port", "transport", "username"], { description: undefined }),
  ...withMeta(inAttributesSchema.shape, ["media_encryption_mode", "auth_user", "auth_password"], {
    description: undefined,
  }),
  ...withMeta(inAttributesSchema.shape, ["enabled_sip_registration", "codec_ids", "cli_format", "cli_prefix"], { unlisted: true }),
  trunk_id: trunkId,
});
export type InTrunkChange = z.infer<typeof inTrunkChangeSchema>;

/** Attributes that no version before 2026-04-16 has. */
export const newerInFields = ["enabled_sip_registration", "external_reference_id"] as const;

export const writtenInTrunkSchema = z.object({ trunk: madeTrunkSchema, credentials: shownLoginSchema.optional() });

/** A number of the account, and where its calls go. */
export const shownDidSchema = z.object({
  phone_number: z.string(),
  phone_number_id: z.string(),
  trunk_id: z.string().optional(),
  trunk_name: z.string().optional(),
  voice_in_trunk_group_id: z.string().optional(),
  voice_in_trunk_group: z.string().optional(),
  blocked: z.boolean().optional(),
  awaiting_registration: z.boolean().optional(),
  terminated: z.boolean().optional(),
  capacity_limit: z.number().optional(),
});
export type ShownDid = z.infer<typeof shownDidSchema>;

export const routeSchema = z.strictObject({
  phone_number: z.string().max(64).describe("Or its id"),
  trunk_id: trunkId.optional(),
  voice_in_trunk_group_id: z.string().max(36).optional().describe("Group"),
  unroute: z.boolean().optional().describe("Calls go nowhere"),
  /** The rest is found out by this server: what the call is about, as it was when somebody was asked. */
  did_id: z.string().max(36).optional().meta({ unlisted: true }),
  now_at: z.string().max(600).optional().meta({ unlisted: true }),
});
export type RouteInput = z.infer<typeof routeSchema>;
