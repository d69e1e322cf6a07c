import type { Carrier } from "../../core/carrier/provider.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { quoteText } from "../../core/text.ts";
import { readDestination } from "../../rules/destination.ts";

/** A trunk that a plan touches, as the plan leaves it. */
export interface Left {
  provider: string;
  /** Its name, and its id where it has one already. */
  names: readonly string[];
  trunk: TrunkDetail;
}

/** Asking for TLS is asking that nobody listens; at most carriers the media have a setting of their own. */
export async function clearMedia(setups: readonly Setup[], left: readonly Left[], carriers: readonly Carrier[]): Promise<string[]> {
  const warnings: string[] = [];
  for (const { provider, trunk: name, destinations = [] } of setups) {
    const found = left.findLast((one) => one.provider === provider && one.names.includes(name));
    if (!found || !destinations.some((one) => readDestination(one)?.transport === "tls")) continue;
    const carrier = carriers.find((one) => one.provider.id === provider)?.provider;
    const { mediaEncryption, repairs } = (await carrier?.diagnosis?.()) ?? {};
    if (!carrier || mediaEncryption?.(found.trunk)?.encrypted !== false) continue;
    const { [carrier.trunkField]: _, ...set } = repairs?.setMediaEncryption?.(found.trunk, true).arguments ?? {};
    const how = Object.entries(set).map(([option, value]) => ` options.${option} ${value} encrypts them.`);
    warnings.push(`TLS hides the signalling of ${quoteText(found.trunk.trunk_name)} only: its media are not encrypted.${how.join("")}`);
  }
  return warnings;
}
