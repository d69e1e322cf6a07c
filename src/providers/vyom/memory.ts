import * as z from "zod";
import { digest } from "../../core/canonical.ts";
import { attemptNotes } from "../../core/carrier/attempt-notes.ts";
import type { Memory } from "../../core/store/store.ts";
import type { TrunkConfig } from "./trunk-config.ts";

/** Everything that may be kept of a create: an allow-list, so that user name and password stay out whatever is passed. */
const rememberedSchema = z.object({
  trunk_name: z.string(),
  trunk_type: z.enum(["twilio", "exotel"]),
  address: z.string().optional(),
  numbers: z.array(z.string()).optional(),
  exotel_number: z.string().optional(),
  sip_host: z.string().optional(),
  sip_port: z.number().optional(),
  sip_domain: z.string().optional(),
  passthrough_mode: z.boolean().optional(),
  created_at: z.string(),
});
export type Remembered = z.infer<typeof rememberedSchema>;

export type VyomMemory = ReturnType<typeof vyomMemory>;

/** Facts of a trunk that Vyom's list does not show. */
export function vyomMemory(memory: Memory) {
  return {
    rememberTrunk: (trunkId: string, created: Remembered) => memory.remember(trunkId, rememberedSchema.parse(created)),
    recallTrunk: async (trunkId: string): Promise<Remembered | undefined> => rememberedSchema.safeParse(await memory.recall(trunkId)).data,
    forgetTrunk: (trunkId: string) => memory.forget(trunkId),
    attempts: attemptNotes(memory, z.literal(true), keyOf),
  };
}

/** Another call for the same name, refused because it is taken, has a note of its own. */
function keyOf({ trunk_config: { password: _, ...config }, ...input }: { trunk_config: TrunkConfig }): string {
  return `create:${digest({ ...input, trunk_config: config })}`;
}
