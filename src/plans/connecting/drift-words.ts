import type { Step } from "../../core/carrier/planner.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { quoteText, someOf } from "../../core/text.ts";
import { type Live, meant } from "../planning/observe.ts";
import type { Connection } from "./connection.ts";
import { leadsTo } from "./recognise.ts";

/** A connection that is there, and differs from what is wanted, in words; undefined where nothing is to be done to it. */
export function driftOf({ ends, setups }: Connection, steps: readonly Step[], live: Live): { words: string[] } | undefined {
  const { platform, carrier } = ends;
  const names = new Map(setups.map((setup) => [`${setup.provider} ${nameOf(setup, live)}`, setup]));
  const own = steps.filter(({ provider, trunk }) => names.has(`${provider} ${trunk}`));
  if (own.length === 0) return undefined;
  const there = setups.filter(({ provider }) => provider === platform.id).flatMap((setup) => detailsOf(setup, live));
  const here = setups.filter(({ provider }) => provider !== platform.id).flatMap((setup) => detailsOf(setup, live));
  const isLed = here.some((trunk) => leadsTo(trunk, there, ends));
  if (!isLed && there.length === 0) return { words: [] };
  const of = `${quoteText(ends.wish.trunk)} on ${carrier.carrier.provider.title}`;
  if (there.length === 0) return { words: [`${of} leads to ${platform.title}, where its trunk is gone. This plan makes it again.`] };
  if (!isLed) return { words: [`${platform.title} has a trunk for ${of}, which does not lead there. This plan connects them.`] };
  const changes = [platform.id, carrier.carrier.provider.id].flatMap((id) => {
    const reasons = [...new Set(own.filter(({ provider }) => provider === id).map(({ reason }) => reason))];
    const { title } = live.get(id) ?? { title: id };
    return reasons.length > 0 ? [`At ${title}: ${someOf(reasons, { between: " " })}`] : [];
  });
  return { words: [`The connection of ${of} to ${platform.title} is not as the file says. ${changes.join(" ")}`] };
}

function nameOf({ provider, trunk }: Setup, live: Live): string {
  const carrier = live.get(provider);
  return (carrier && meant(carrier, trunk)[0]?.trunk_name) ?? trunk;
}

function detailsOf({ provider, trunk }: Setup, live: Live): TrunkDetail[] {
  const carrier = live.get(provider);
  const ids = carrier ? meant(carrier, trunk).map(({ trunk_id }) => trunk_id) : [];
  return carrier?.details.filter(({ trunk_id }) => ids.includes(trunk_id)) ?? [];
}
