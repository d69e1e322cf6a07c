import { readingsOf } from "../../../rules/phone-number.ts";
import type { DidwwClient } from "../operations.ts";
import type { ShownDid } from "./fields.ts";
import { toShownDid } from "./view.ts";

interface Wanted {
  phone_number?: string | undefined;
  trunk_id?: string | undefined;
  blocked?: boolean | undefined;
  routed?: boolean | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Pages that one call reads for the first rows that match. */
const MOST_PAGES = 5;

/** DIDWW has no filter for numbers that go nowhere, so those are sorted out after reading. */
export async function listedDids(
  { phone_number, trunk_id, blocked, routed, limit, cursor }: Wanted,
  client: DidwwClient,
  signal: AbortSignal,
): Promise<{ dids: ShownDid[]; next_cursor: string | null }> {
  const numbers = phone_number === undefined ? [] : readingsOf(phone_number).map((number) => number.replace("+", ""));
  if (phone_number !== undefined && numbers.length === 0) return { dids: [], next_cursor: null };
  const filter: Record<string, string> = {
    ...(numbers.length > 0 ? { number: numbers.join(",") } : {}),
    ...(trunk_id === undefined ? {} : { "voice_in_trunk.id": trunk_id }),
    ...(blocked === undefined ? {} : { blocked: String(blocked) }),
  };
  let from = cursor;
  for (let page = 1; ; page++) {
    const { rows, names, next } = await client.listDids({ from, limit, filter, signal });
    const found = rows.filter(
      ({ trunk_id: trunk, group_id: group }) => routed === undefined || routed === ((trunk ?? group) !== undefined),
    );
    if (found.length > 0 || next === undefined || page === MOST_PAGES)
      return { dids: found.map((did) => toShownDid(did, names)), next_cursor: next ?? null };
    from = next;
  }
}
