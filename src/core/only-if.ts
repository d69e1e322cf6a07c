import * as z from "zod";
import type { TrunkDetail } from "./carrier/trunk.ts";
import { TrunkError } from "./errors.ts";
import { counted, quoteText, someOf } from "./text.ts";

/**
 * The caller's condition: the removal is refused where the trunk is not as the caller read it. To hold it to its
 * name, the trunk is given by its name, which is looked up live.
 */
export const onlyIfSchema = z
  .strictObject({
    numbers: z.int().min(0).max(100_000).optional().describe("Count"),
  })
  .optional()
  .describe("Refuse otherwise");
export type OnlyIf = z.infer<typeof onlyIfSchema>;

/** Refuses what the trunk, as it is now, does not bear out. */
export function holdTo(onlyIf: OnlyIf, trunk: TrunkDetail | undefined): void {
  const numbers = onlyIf?.numbers;
  if (numbers === undefined || trunk?.phone_numbers?.length === numbers) return;
  throw new TrunkError("conflict", `${whatThereIs(trunk, numbers)} Nothing was sent.`, {
    field: "only_if",
    hint: "Tell the person what is there now, and ask whether it is still to go.",
    applied: false,
  });
}

function whatThereIs(trunk: TrunkDetail | undefined, expected: number): string {
  const { trunk_name = "", phone_numbers } = trunk ?? {};
  const name = `Trunk ${quoteText(trunk_name)}`;
  if (!phone_numbers) return `${name} may have numbers: the carrier does not list them.`;
  const shown = someOf(phone_numbers.map(({ phone_number }) => quoteText(phone_number, 32)));
  const list = shown === "" ? "" : ` (${shown})`;
  return `${name} has ${counted(phone_numbers.length, "number")}${list}, not ${expected}.`;
}
