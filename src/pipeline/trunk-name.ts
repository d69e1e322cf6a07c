import { sameNameText, trunksCalled } from "../core/carrier/find-trunk.ts";
import type { TrunkAccess } from "../core/carrier/provider.ts";
import { TrunkError } from "../core/errors.ts";
import { quoteText } from "../core/text.ts";
import type { TrunkKind } from "../core/tool.ts";

/** Replaces a trunk's name, or one of its numbers, by its id. */
export async function resolveTrunkName(
  connected: TrunkAccess<unknown>,
  field: string,
  input: Record<string, unknown>,
  signal: AbortSignal,
  kind?: TrunkKind,
): Promise<Record<string, unknown>> {
  const given = input[field];
  if (typeof given !== "string" || connected.trunks.isTrunkId(given)) return input;
  const called = await trunksCalled(connected, given, signal);
  const meant = called.filter(({ row }) => !kind || !row || kind.is(row));
  // One of another kind is refused by name, once it was read.
  const [only, ...others] = meant.length > 0 ? meant : called;
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

/** The trunk that has a number, for a call that leaves its trunk out. */
export async function trunkWithNumber(
  { client, trunks }: TrunkAccess<unknown>,
  field: string,
  said: unknown,
  saidIn: string,
  signal: AbortSignal,
): Promise<string> {
  if (typeof said !== "string" || !trunks.withNumber) {
    throw new TrunkError("invalid_input", `The trunk was left out. Nothing was changed.`, {
      field,
      hint: `Pass ${field}, or ${saidIn} to find it by.`,
    });
  }
  const found = [...new Set((await trunks.withNumber(client, said, signal)).map(({ trunk_id }) => trunk_id))];
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    throw new TrunkError("conflict", `${found.length} trunks have the number ${quoteText(said)}. Nothing was changed.`, {
      field,
      hint: `Pass ${field} too.`,
      candidates: found,
    });
  }
  throw new TrunkError("not_found", `No trunk was found by the number ${quoteText(said)}. Nothing was changed.`, {
    field: saidIn,
    hint: `It is not on a trunk, or not a number of this account. Pass ${field} to look on one trunk for certain.`,
  });
}
