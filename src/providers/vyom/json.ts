import * as z from "zod";

/**
 * Vyom's JSON, in the documented shapes and in those of the service's source (providers' notes, 2026-08). Only what
 * is read is named; everything else may come and go.
 */
/** Both spell a success in the same way: what does not say so is none, whatever its status. */
export const envelopeSchema = z.object({ success: z.literal(true), data: z.unknown() });

/** The answer to a create and to a deactivation. */
export const trunkIdSchema = z.object({ trunk_id: z.string().min(1) });

/** The documents promise type and time, the service sends neither. It does send its user's address, which nobody needs. */
export const trunkRecordSchema = z.object({
  trunk_id: z.string(),
  trunk_name: z.string(),
  trunk_type: z.string().nullish(),
  trunk_created_at: z.string().nullish(),
});
export type TrunkRecord = z.infer<typeof trunkRecordSchema>;

/** One fault of a body. It also has `input`, the value that came, which may be a password: it is not read. */
const problemSchema = z.object({
  loc: z.array(z.union([z.string(), z.number()])).nullish(),
  msg: z.string().nullish(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Documented: `detail`. The service: an envelope, with `data.errors` where a body does not fit. */
export const refusalSchema = z.object({
  detail: z.union([z.string(), z.array(problemSchema)]).nullish(),
  message: z.string().nullish(),
  data: z
    .object({ errors: z.array(problemSchema).nullish() })
    .nullish()
    .catch(undefined),
});
