import type { KnownNumber } from "../../../core/carrier/planner.ts";
import type { Setup } from "../../../core/carrier/setup.ts";
import type { TelnyxClient } from "../client.ts";
import type { NumberRecord } from "../json.ts";

/** Beyond this many, reading all numbers of the account costs fewer calls. */
const MOST_LOOKED_UP = 20;

/** The account's numbers among those that the setups name. One in another form is refused by its rule. */
export async function numberIds(
  { reads }: TelnyxClient,
  setups: readonly Setup[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, KnownNumber>> {
  const wanted = new Set(setups.flatMap(({ numbers = [] }) => numbers.map((number) => number.trim())).filter(isE164));
  const found =
    wanted.size > MOST_LOOKED_UP
      ? await reads.allNumbers(signal)
      : await Promise.all([...wanted].map((number) => reads.numberWith(number, signal)));
  const records = found.filter((record): record is NumberRecord => record !== undefined && wanted.has(record.phone_number));
  return new Map(records.map((record) => [record.phone_number, known(record)]));
}

function isE164(text: string): boolean {
  return /^\+[1-9]\d{5,14}$/.test(text);
}

function known({ id, phone_number, connection_id, connection_name }: NumberRecord): KnownNumber {
  return { id, number: phone_number, ...(connection_id ? { place: connection_name || connection_id } : {}) };
}

/** Those of the first page: a person chooses from a few. */
export async function freeNumbers({ reads }: TelnyxClient, signal: AbortSignal): Promise<string[]> {
  const { rows } = await reads.numbers({ signal });
  return rows.filter(({ connection_id }) => !connection_id).map(({ phone_number }) => phone_number);
}
