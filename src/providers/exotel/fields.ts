import * as z from "zod";
import { destinationUriSchema } from "../../core/carrier/trunk.ts";

/** Fields that several of Exotel's tools take, under Exotel's own names. */
export const trunkSid = z.string().min(1).max(64).describe("Sid, unique name or number");
export const phoneNumber = z.string().max(32).describe("E.164, with +");
export const mode = z.enum(["pstn", "flow"]).describe("pstn: calls to and from the network; flow: StreamKit, voice AI");
export const mask = z.int().min(16).max(32).default(32).describe("16 to 32; 32: one address");
export const limit = z.int().min(1).max(100).default(50).describe("Rows a page, up to 100");
export const cursor = z
  .string()
  .regex(/^\d{1,9}$/, { error: "not a cursor that this list gave out" })
  .optional()
  .describe("next_cursor of the page before");
export const rowId = (what: string) => z.string().min(1).max(64).describe(`Id of the ${what}, from its list`);

export const removed = { removed: z.literal(true), trunk_sid: z.string() };

/** One row for each destination that was asked for. */
export const destinationResultSchema = destinationUriSchema.extend({
  status: z.enum(["added", "unchanged", "failed"]),
  error: z.string().optional(),
});
