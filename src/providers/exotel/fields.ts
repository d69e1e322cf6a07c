import * as z from "zod";
import { shownDestinationSchema } from "../../core/carrier/shown-trunk.ts";
import { withoutGrouping } from "../../rules/phone-number.ts";

/** Fields that several of Exotel's tools take, under Exotel's own names. */
export const trunkSid = z.string().min(1).max(64).describe("Name or number too");
/** Grouped as people write it, where it has its country code: no other number can be meant. */
export const phoneNumber = z.string().max(32).transform(withoutGrouping).describe("E.164");
export const mode = z.enum(["pstn", "flow"]).describe("flow: to a voice bot");
export const mask = z.int().min(16).max(32).default(32).describe("16 to 31 for a range");
export const limit = z.int().min(1).max(100).default(50).describe("Rows, up to 100");
export const cursor = z
  .string()
  .regex(/^\d{1,9}$/, { error: "not a cursor that this list gave out" })
  .optional()
  .describe("next_cursor");
/** A row is named by what a person says of it, or by its id. */
export const rowId = z.string().min(1).max(64).optional().describe("Or its id");
export const saidNumber = z.string().max(32).optional().describe("In any spelling");
/** For a call whose number finds its trunk. */
export const numbersTrunk = trunkSid.optional();

/** The input of a call about one row, once its names are resolved. */
export type OnRow<Key extends string> = { trunk_sid: string } & Record<Key, string>;

export const removed = { removed: z.literal(true), trunk_sid: z.string() };

/** One row for each destination that was asked for. */
export const destinationResultSchema = shownDestinationSchema.extend({
  status: z.enum(["added", "unchanged", "failed"]),
  error: z.string().optional(),
});
