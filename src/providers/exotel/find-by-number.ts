import { readingsOf } from "../../rules/phone-number.ts";
import { allRows } from "./api.ts";
import type { ExotelClient } from "./client.ts";

/** A mapping of a number, as Exotel's look-up and, where that does not tell all, its lists show it. */
interface Mapping {
  trunk_id: string;
  trunk_name?: string | undefined;
  phone_number: string;
  phone_number_id?: string | undefined;
  mode?: string | undefined;
}

/** Where a number is. One request for the look-up and one for each trunk's name; one more for a mapping of which it tells only the trunk. */
export async function findByNumber(client: ExotelClient, said: string, signal: AbortSignal) {
  const numbers = readingsOf(said);
  const found = (await Promise.all(numbers.map((number) => client.holdersOf(number, signal)))).flat();
  const trunks = await Promise.all(found.map((mapping) => completed(client, mapping, signal)));
  return trunks.length > 0 ? { trunks } : { trunks, warnings: [nowhere(numbers)] };
}

async function completed(client: ExotelClient, mapping: Mapping, signal: AbortSignal): Promise<Mapping> {
  const { trunk_id, phone_number } = mapping;
  if (mapping.phone_number_id !== undefined && mapping.mode !== undefined) return mapping;
  const rows = await allRows((page) => client.listPhoneNumbers(trunk_id, page), signal);
  const row = rows.find((one) => one.phone_number === phone_number);
  return row ? { ...mapping, phone_number_id: row.phone_number_id, mode: row.mode } : mapping;
}

function nowhere(numbers: readonly string[]): string {
  const what = numbers.join(" or ");
  return `Exotel finds no trunk for ${what}: it is not mapped, or not a number of this account; its API does not tell which. The look-up is documented thinly, so this is likely, not certain: get_trunk shows the numbers of one trunk for certain.`;
}
