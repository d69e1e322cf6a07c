import type { Setup } from "../../../core/carrier/setup.ts";
import type { TwilioClient } from "../client.ts";
import type { NumberRecord } from "../json.ts";
import { lossOf } from "../number-loss.ts";

/** Beyond this many, reading all numbers of the account costs fewer calls. */
const MOST_LOOKED_UP = 20;

/** A number of another trunk is taken off there by a step of its own, so what counts is what it has outside of trunks. */
export async function numberLosses(
  client: TwilioClient,
  setups: readonly Setup[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(setups.flatMap(({ numbers = [] }) => numbers.map((number) => number.trim())))];
  const found =
    wanted.length > MOST_LOOKED_UP
      ? await client.allNumbers(signal)
      : await Promise.all(wanted.map((number) => client.findNumber(number, signal)));
  const records = found.filter((record) => record !== undefined && wanted.includes(record.phone_number)) as NumberRecord[];
  return new Map(records.map((record) => [record.phone_number, lossOf(record)]));
}
