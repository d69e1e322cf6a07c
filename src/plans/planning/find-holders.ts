import type { CarrierPlanner } from "../../core/carrier/planner.ts";
import type { TrunkAccess } from "../../core/carrier/provider.ts";
import type { Trunk } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { inTurns } from "./in-turns.ts";

/** Ask at most so often who has a number: each time costs one call of the carrier's rate. */
const MOST_SEARCHED = 20;

/**
 * The ids of the trunks that have one of these numbers, by whichever way costs fewer calls: one for each number, or one for
 * each other trunk. Undefined: too many of both, or the carrier did not tell; its refusal at the step has to do.
 */
export async function findHolders(
  numbers: readonly string[],
  others: readonly Trunk[],
  { numbersOf }: CarrierPlanner,
  { client, trunks }: TrunkAccess<unknown>,
  signal: AbortSignal,
): Promise<Set<string> | undefined> {
  if (!numbersOf || numbers.length === 0 || others.length === 0) return new Set();
  const byNumber = async () => {
    const rows = trunks.withNumber && (await inTurns(numbers, async (number) => (await trunks.withNumber?.(client, number, signal)) ?? []));
    return rows?.flat().map(({ trunk_id }) => trunk_id);
  };
  const byTrunk = async () => {
    const wanted = new Set(numbers);
    const found = await inTurns(others, async ({ trunk_id }) => ({ trunk_id, has: await numbersOf(client, trunk_id, signal) }));
    return found.flatMap(({ trunk_id, has }) => (has.some((number) => wanted.has(number)) ? [trunk_id] : []));
  };
  const ways = [
    { calls: numbers.length, find: byNumber },
    { calls: others.length, find: byTrunk },
  ].filter(({ calls }) => calls <= MOST_SEARCHED);
  for (const { find } of ways.sort((a, b) => a.calls - b.calls)) {
    const found = await find().catch(nothingIfRefused);
    if (found) return new Set(found);
  }
  return undefined;
}

/** For what a plan can do without. */
export function nothingIfRefused(error: unknown): undefined {
  if (!(error instanceof TrunkError)) throw error;
}
