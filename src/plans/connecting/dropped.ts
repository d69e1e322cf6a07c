import type { Carrier } from "../../core/carrier/provider.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { quoteText } from "../../core/text.ts";
import { bareDestination } from "../../rules/destination.ts";
import { type Live, meant } from "../planning/observe.ts";
import type { PlacedSetup } from "../planning/read-setups.ts";
import { gone, remove } from "./disconnect.ts";
import { type Ends, endsAt, toEnd } from "./ends.ts";
import { knownPlatforms } from "./platform.ts";
import { platformRows } from "./platform-rows.ts";
import { type Connected, connectedTo, destinationsTo } from "./recognise.ts";

/** Connections that a file no longer has, as the wishes that take them away. */
export interface Dropped {
  setups: PlacedSetup[];
  purpose: string[];
}

/** The connections of the trunks that were read, of which a file names neither end. */
export async function droppedConnections(
  wanted: readonly PlacedSetup[],
  live: Live,
  carriers: readonly Carrier[],
  signal: AbortSignal,
): Promise<Dropped> {
  const found: Dropped = { setups: [], purpose: [] };
  for (const { trunk, ends } of await possibleEnds(live, carriers)) {
    const there = connectedTo(trunk, await platformRows(ends, signal), ends);
    const setups = wayBack(trunk, there, ends, { wanted, live });
    if (setups.length === 0) continue;
    found.setups.push(...setups.map((setup): PlacedSetup => ({ setup, at: "" })));
    found.purpose.push(
      `${quoteText(trunk.trunk_name)} on ${ends.carrier.carrier.provider.title} will no longer be connected to ${ends.platform.title}.`,
    );
  }
  return found;
}

/** The trunks that a platform can be behind; of the many of an account most have nothing of the kind. */
async function possibleEnds(live: Live, carriers: readonly Carrier[]): Promise<{ trunk: TrunkDetail; ends: Ends }[]> {
  const platforms = await knownPlatforms(carriers);
  const able = carriers.filter(({ provider }) => provider.connection && live.has(provider.id));
  const found = await Promise.all(
    able.map(async (carrier) => {
      const end = await toEnd(carrier);
      const trunks = (live.get(carrier.provider.id)?.details ?? []).filter(mayBeConnected);
      return trunks.flatMap((trunk) => platforms.map((platform) => ({ trunk, ends: endsAt(trunk, end, platform) })));
    }),
  );
  return found.flat();
}

function mayBeConnected({ phone_numbers = [], destination_uris = [], credentials = [] }: TrunkDetail): boolean {
  return phone_numbers.length > 0 && destination_uris.length + credentials.length > 0;
}

interface File {
  wanted: readonly PlacedSetup[];
  live: Live;
}

/** All that a file wants of a trunk. */
function setupsOf({ provider, trunk_id }: TrunkDetail, { wanted, live }: File): Setup[] {
  const carrier = live.get(provider);
  if (!carrier) return [];
  const own = wanted.filter(({ setup }) => setup.provider === provider);
  return own.filter(({ setup }) => meant(carrier, setup.trunk).some((one) => one.trunk_id === trunk_id)).map(({ setup }) => setup);
}

/** The carrier's side first. A trunk that the file names stays, and loses the rows of the connection alone. */
function wayBack(trunk: TrunkDetail, { inbound, outbound }: Connected, ends: Ends, file: File): Setup[] {
  const own = setupsOf(trunk, file);
  const kept = own.flatMap(({ destinations = [], credentials = [] }) => [...destinations.map(bareDestination), ...credentials]);
  const ways = [
    { other: inbound, rows: destinationsTo(trunk, ends).map(bareDestination) },
    { other: outbound, rows: (outbound?.credentials ?? []).map(({ user_name }) => user_name) },
  ];
  const dropped = ways.flatMap(({ other, rows }) => {
    // The file has the platform's end, or the carrier's, as an entry of its own.
    const isKept = !other || setupsOf(other, file).length > 0 || rows.some((row) => kept.includes(row));
    return isKept ? [] : [{ other, rows }];
  });
  if (dropped.length === 0) return [];
  return [
    own.length === 0
      ? gone(trunk)
      : remove(
          trunk,
          dropped.flatMap(({ rows }) => rows),
        ),
    ...dropped.map(({ other }) => gone(other)),
  ];
}
