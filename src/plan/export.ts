import type { Carrier } from "../core/tool.ts";
import type { DescribedTrunk } from "./file.ts";
import { inTurns, listAll, plannerOf } from "./live.ts";

/** Every trunk of the carriers as setups, in the order of the carriers and of the trunks' names. */
export async function describeTrunks(carriers: readonly Carrier[], signal: AbortSignal): Promise<DescribedTrunk[]> {
  const described: DescribedTrunk[] = [];
  for (const { provider, connected } of carriers) {
    const planner = await plannerOf(provider);
    if (!planner) continue;
    const connection = await connected();
    const trunks = await listAll(connection, signal);
    const isUnique = (name: string) => trunks.filter((trunk) => trunk.trunk_name === name).length === 1;
    const sorted = trunks.toSorted((a, b) => (a.trunk_name < b.trunk_name ? -1 : 1));
    const read = await inTurns(sorted, ({ trunk_id }) => connection.trunks.get(connection.client, trunk_id, signal));
    for (const { trunk } of read) {
      // A name that reads like an id, or that two trunks have, would not lead back to this one.
      const byName = isUnique(trunk.trunk_name) && !connection.trunks.isTrunkId(trunk.trunk_name) && trunk.trunk_name !== "";
      const { setups, comments } = planner.describe(trunk, byName ? trunk.trunk_name : trunk.trunk_id);
      described.push({ setups, comments: byName ? comments : [`called ${trunk.trunk_name}`, ...comments] });
    }
  }
  return described;
}
