import * as z from "zod";
import { encryptions, headerOptions } from "./json.ts";

/** Fields of LiveKit's tools, under the names that LiveKit's API gives them. Seldom used ones are taken, and not listed. */
export const trunkId = z.string().max(255).describe("Name or number too");
export const ruleId = z
  .string()
  .regex(/^SDR_\w+$/, { error: "expected the id of a dispatch rule, SDR_…" })
  .describe("SDR_…");

const words = (length: number) => z.array(z.string().max(length)).max(1_000);
const name = z.string().trim().min(1).max(255).describe("Name");
const map = z.record(z.string().max(255), z.string().max(1_024));
const seldom = <Schema extends z.ZodType>(schema: Schema) => schema.optional().meta({ unlisted: true });
const seconds = z.int().min(1).max(86_400);

/** `none` empties a text: an empty one is what a model sends for a field that it leaves out. */
const emptiable = (max: number) =>
  z
    .string()
    .max(max)
    .overwrite((text) => (text === "none" ? "" : text));

const login = {
  auth_username: emptiable(255).optional().describe("Login"),
  auth_password: z.string().max(255).optional().describe("ask, or env:TRUNKLINE_SECRET_<name>"),
};

const media = {
  media_encryption: z.enum(encryptions).optional().describe("SRTP"),
  codecs: seldom(words(32)),
};

const shared = {
  metadata: seldom(emptiable(2_000)),
  headers: seldom(map),
  headers_to_attributes: seldom(map),
  attributes_to_headers: seldom(map),
  include_headers: seldom(z.enum(headerOptions)),
};

const inbound = {
  numbers: words(32).optional().describe("Called, E.164; [] all that no other trunk has"),
  allowed_addresses: words(49).optional().describe("Carrier's signalling IPs or ranges"),
  allowed_numbers: words(32).optional().describe("Callers; [] all"),
  ...login,
  ...media,
  auth_realm: seldom(emptiable(255)),
  krisp_enabled: seldom(z.boolean()),
  ringing_timeout: seldom(seconds),
  max_call_duration: seldom(seconds),
  ...shared,
};
export const newInboundSchema = z.strictObject({ name, ...inbound });
export type NewInbound = z.infer<typeof newInboundSchema>;
export const inboundChangeSchema = z.strictObject({ trunk_id: trunkId, name: name.optional(), ...undescribed(inbound) });
export type InboundChange = z.infer<typeof inboundChangeSchema>;

const outbound = {
  destination_country: emptiable(2).optional().describe("Region that dials: in, us, …"),
  ...login,
  ...media,
  from_host: seldom(emptiable(255)),
  ...shared,
};
const outboundTarget = {
  address: z.string().max(255).describe("Gateway: host, or host:port"),
  transport: z.enum(["tls", "tcp", "udp"]).describe("Of the gateway"),
  numbers: words(32).describe("Caller ids, E.164; * any"),
};
export const newOutboundSchema = z.strictObject({ name, ...outboundTarget, ...outbound });
export type NewOutbound = z.infer<typeof newOutboundSchema>;
export const outboundChangeSchema = z.strictObject({
  trunk_id: trunkId,
  name: name.optional(),
  ...z.object(undescribed(outboundTarget)).partial().shape,
  ...undescribed(outbound),
});
export type OutboundChange = z.infer<typeof outboundChangeSchema>;

export const ruleTypes = ["individual", "direct", "callee"] as const;

const rule = {
  room_prefix: z.string().max(128).optional().describe("Of the rooms' names"),
  room_name: z.string().max(128).optional().describe("direct only"),
  pin: emptiable(32).optional().describe("Callers type it"),
  agents: z
    .array(
      z.strictObject({
        agent_name: z.string().min(1).max(128).describe("As registered"),
        metadata: z.string().max(2_000).optional().meta({ unlisted: true }),
      }),
    )
    .max(20)
    .optional()
    .describe("Sent there"),
  numbers: seldom(words(32)),
  inbound_numbers: seldom(words(32)),
  hide_phone_number: seldom(z.boolean()),
  metadata: seldom(emptiable(2_000)),
  attributes: seldom(map),
  krisp_enabled: seldom(z.boolean()),
  media_encryption: seldom(z.enum(encryptions)),
};
export const newRuleSchema = z.strictObject({
  name,
  trunk_ids: words(255).describe("Ids or names; [] all"),
  rule_type: z.enum(ruleTypes).describe("individual: a room for each call"),
  ...rule,
});
export type NewRule = z.infer<typeof newRuleSchema>;
export const ruleChangeSchema = z.strictObject({
  dispatch_rule_id: ruleId,
  name: name.optional(),
  trunk_ids: words(255).optional(),
  rule_type: z.enum(ruleTypes).optional(),
  ...undescribed(rule),
});
export type RuleChange = z.infer<typeof ruleChangeSchema>;
export type RuleFields = Omit<NewRule, "name" | "trunk_ids" | "rule_type">;

/** A model has the schema of the create beside the one of the change. */
function undescribed<Shape extends z.ZodRawShape>(shape: Shape): Shape {
  return Object.fromEntries(
    Object.entries(shape as unknown as Record<string, z.ZodType>).map(([key, field]) => [
      key,
      field.meta({ ...field.meta(), description: undefined }),
    ]),
  ) as unknown as Shape;
}
