import { sameNameText, trunksCalled } from "../core/carrier/find-trunk.ts";
import type { TrunkAccess } from "../core/carrier/provider.ts";
import { TrunkError } from "../core/errors.ts";
import { quoteText } from "../core/text.ts";

/** Replaces a trunk's name, or one of its numbers, by its id. */
export async function resolveTrunkName(
  connected: TrunkAccess<unknown>,
  field: string,
  input: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const given = input[field];
  if (typeof given !== "string" || connected.trunks.isTrunkId(given)) return input;
  const [only, ...others] = await trunksCalled(connected, given, signal);
  if (!only) {
    throw new TrunkError("not_found", `No trunk has the name or the number ${quoteText(given)}. Nothing was changed.`, { field });
  }
  if (others.length > 0) {
    throw new TrunkError("conflict", `${sameNameText(others.length + 1, given)}. Nothing was changed.`, {
      field,
      hint: "Pass the id of the one that is meant.",
      candidates: [only, ...others].map((trunk) => trunk.trunk_id),
    });
  }
  return { ...input, [field]: only.trunk_id };
}
