import { allTrunks } from "../../core/carrier/find-trunk.ts";
import type { CarrierPlanner } from "../../core/carrier/planner.ts";
import type { Carrier } from "../../core/carrier/provider.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { Progress } from "../../core/plan-progress.ts";
import { inTurns } from "./in-turns.ts";
import { plannerOf, readingText } from "./observe.ts";
import type { DescribedTrunk } from "./trunks-file.ts";

/** A trunk, and the name under which a file finds it again. */
export interface ReadTrunk {
  carrier: Carrier;
  planner: CarrierPlanner;
  trunk: TrunkDetail;
  name: string;
}

/** Every trunk of the carriers, in their order and that of the trunks' names. */
export async function readTrunks(carriers: readonly Carrier[], signal: AbortSignal, progress?: Progress): Promise<ReadTrunk[]> {
  const all: ReadTrunk[] = [];
  for (const carrier of carriers) {
    const { provider, connected } = carrier;
    const planner = await plannerOf(provider);
    if (!planner) continue;
    const connection = await connected();
    const trunks = await allTrunks(connection, signal);
    const isUnique = (name: string) => trunks.filter((trunk) => trunk.trunk_name === name).length === 1;
    const sorted = trunks.toSorted((a, b) => (a.trunk_name < b.trunk_name ? -1 : 1));
    const told = readingText(progress, provider.title, sorted.length);
    const read = await inTurns(sorted, ({ trunk_id }) => connection.trunks.get(connection.client, trunk_id, signal), told);
    for (const { trunk } of read) {
      // A name that reads like an id, or that two trunks have, would not lead back to this one.
      const byName = isUnique(trunk.trunk_name) && !connection.trunks.isTrunkId(trunk.trunk_name) && trunk.trunk_name !== "";
      all.push({ carrier, planner, trunk, name: byName ? trunk.trunk_name : trunk.trunk_id });
    }
  }
  return all;
}

export function describeTrunk({ planner, trunk, name }: ReadTrunk): DescribedTrunk {
  const { setups, comments } = planner.describe(trunk, name);
  const called = name === trunk.trunk_name ? [] : [`called ${trunk.trunk_name}`];
  return { setups: setups.flatMap(inParts), comments: [...called, ...comments] };
}

/** The longest list that one setup takes. */
const MOST_VALUES = { numbers: 2_000, ips: 200, destinations: 100, credentials: 20 } as const;
type ListField = keyof typeof MOST_VALUES;

/** A setup whose lists are longer than one may have, as several of the same trunk: planning puts them together again. */
function inParts(setup: Setup): Setup[] {
  const fields = Object.keys(MOST_VALUES) as ListField[];
  const parts = Math.max(1, ...fields.map((field) => Math.ceil((setup[field]?.length ?? 0) / MOST_VALUES[field])));
  const { provider, use_case, trunk, ...rest } = setup;
  return Array.from({ length: parts }, (_, part) => {
    const slices = fields.flatMap((field) => {
      const values = setup[field]?.slice(part * MOST_VALUES[field], (part + 1) * MOST_VALUES[field]) ?? [];
      return values.length > 0 ? [[field, values] as const] : [];
    });
    const lists = Object.fromEntries(fields.map((field) => [field, undefined]));
    return defined({ provider, use_case, trunk, ...(part === 0 ? rest : {}), ...lists, ...Object.fromEntries(slices) });
  });
}

function defined(setup: Setup): Setup {
  return Object.fromEntries(Object.entries(setup).filter(([, value]) => value !== undefined)) as Setup;
}
