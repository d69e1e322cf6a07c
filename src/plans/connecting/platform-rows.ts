import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { Ends } from "./ends.ts";

/** The platform's trunks that have one of the numbers. */
export async function platformRows(
  { platform: { connected }, wish }: Pick<Ends, "platform" | "wish">,
  signal: AbortSignal,
): Promise<TrunkDetail[]> {
  if (!connected) return [];
  const { client, trunks } = connected;
  const found = await Promise.all(wish.numbers.map(async (number) => (await trunks.withNumber?.(client, number, signal)) ?? []));
  const ids = [...new Set(found.flat().map(({ trunk_id }) => trunk_id))];
  return await Promise.all(ids.map(async (id) => (await trunks.get(client, id, signal)).trunk));
}

export function wayOf({ attributes = {} }: TrunkDetail): unknown {
  return attributes["direction"];
}
