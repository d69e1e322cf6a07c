import type { TrunkAccess } from "../core/carrier/provider.ts";
import { sameNameText, trunksByName } from "../core/carrier/trunk-listing.ts";
import { TrunkError } from "../core/errors.ts";
import { quoteText } from "../core/text.ts";

/** Replaces a trunk's name by its id: wherever an id is taken, a unique name is taken too. */
export async function resolveTrunkName(
  connected: TrunkAccess<unknown>,
  field: string,
  input: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const given = input[field];
  if (typeof given !== "string" || connected.trunks.isTrunkId(given)) return input;
  const [only, ...others] = await trunksByName(connected, given, signal);
  if (!only) {
    throw new TrunkError("not_found", `No trunk is called ${quoteText(given)}. Nothing was changed.`, { field });
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
