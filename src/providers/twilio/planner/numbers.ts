import type { Setup } from "../../../core/carrier/setup.ts";
import type { TwilioClient } from "../client.ts";
import type { NumberRecord } from "../json.ts";
import { lossOf } from "../number-loss.ts";

/** Beyond this many, reading all numbers of the account costs fewer calls. */
const MOST_LOOKED_UP = 20;

/** Those of the first page: a person chooses from a few. A number with a web address or an application is in use. */
export async function freeNumbers(client: TwilioClient, signal: AbortSignal): Promise<string[]> {
  const { rows } = await client.listNumbers({ signal });
  return rows.filter((record) => !record.trunk_sid && lossOf(record) === "").map(({ phone_number }) => phone_number);
}

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
