import { isIP } from "node:net";
import { without } from "../../core/carrier/address-sets.ts";
import type { CarrierReach } from "../../core/carrier/reach.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { quoteText } from "../../core/text.ts";
import { toCallerRange } from "../../rules/caller-range.ts";
import { readDestination } from "../../rules/destination.ts";
import type { Left } from "./clear-media.ts";
import type { Observed } from "./plan-content.ts";

/** A PBX that moves has two places: calls in still go to the address from which the plan lets nobody call any more. */
export function oldAddresses(
  observed: readonly Observed[],
  left: readonly Left[],
  reaches: ReadonlyMap<string, { reach: CarrierReach }>,
): string[] {
  return observed.flatMap(({ provider, trunk_id = "", detail }) => {
    const after = left.findLast((one) => one.provider === provider && one.names.includes(trunk_id))?.trunk;
    const carrier = reaches.get(provider)?.reach;
    if (!detail || !after || !carrier) return [];
    const calls = (trunk: TrunkDetail, host: string) => without(toCallerRange(host), carrier.reach(trunk).callers).length === 0;
    const old = hostsOf(after).filter((host) => calls(detail, host) && !calls(after, host));
    return old.map(
      (host) =>
        `Calls in over ${quoteText(after.trunk_name)} still go to ${host}, which may no longer place calls. If the PBX moves, change the destination too.`,
    );
  });
}

/** The addresses that get calls; one that is switched off gets none. */
function hostsOf({ destination_uris = [] }: TrunkDetail): string[] {
  const hosts = destination_uris
    .filter(({ type }) => type !== "disabled")
    .map(({ destination }) => readDestination(destination)?.host ?? "");
  return [...new Set(hosts)].filter((host) => isIP(host) > 0);
}
