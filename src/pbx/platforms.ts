import * as z from "zod";
import { transportSchema } from "../core/carrier/gateway.ts";
import data from "./platforms.json" with { type: "json" };

const platformSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Hosts to which a carrier sends calls for the platform. `{project}` is the user's own part. */
  inbound: z.array(
    z.strictObject({ host: z.string(), port: z.int().min(1).max(65_535), transport: transportSchema, region: z.string().optional() }),
  ),
  /** From where the platform places calls: what to whitelist. Empty: not published, and `ask` says what to do. */
  egress: z.array(z.strictObject({ addresses: z.array(z.cidrv4()).min(1), region: z.string().optional() })),
  ask: z.string(),
  traps: z.array(z.string()),
  retired: z.array(z.strictObject({ host: z.string(), on: z.string() })).optional(),
  source: z.string().min(1),
  seen: z.string().regex(/^\d{4}-\d\d$/),
});
export type VoicePlatform = z.infer<typeof platformSchema>;

export function voicePlatforms(): VoicePlatform[] {
  return z.strictObject({ platforms: z.array(platformSchema) }).parse(data).platforms;
}
