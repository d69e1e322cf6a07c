import * as z from "zod";
import { TrunkError } from "../errors.ts";
import type { ListedTrunk } from "./listed-trunk.ts";
import type { Carrier } from "./provider.ts";
import type { TrunkDetail } from "./trunk.ts";

/**
 * The position at which a listing goes on: the carrier, its own position, the size of that page, and how many matching rows of it
 * were shown. `incomplete`: a carrier was missing on an earlier page.
 */
const positionSchema = z.strictObject({
  provider: z.string().max(32),
  from: z.string().max(200).optional(),
  size: z.number().int().min(1).max(100),
  shown: z.number().int().min(0).max(1000),
  incomplete: z.boolean().optional(),
});
export type Position = z.infer<typeof positionSchema>;

/** A row, and the position at which it would be listed again. */
export interface Entry {
  trunk: TrunkDetail;
  carrier: Carrier;
  at: Position;
}

/** A row as it is shown, in the same way. */
export interface PlacedRow {
  row: ListedTrunk;
  at: Position;
}

export function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

export function readCursor(cursor: string): Position {
  try {
    return positionSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch {
    throw badCursor();
  }
}

export function badCursor(): TrunkError {
  return new TrunkError("invalid_input", "The cursor is not one that this list gave out.", {
    field: "cursor",
    hint: "Leave cursor out to start again, and keep the filters of the first page.",
  });
}
