import type { Question } from "../../core/carrier/planner.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { counted, quoteText, someOf } from "../../core/text.ts";
import { readDestination } from "../../rules/destination.ts";
import { grouped } from "../../rules/phone-number.ts";
import type { Live } from "../planning/observe.ts";
import type { PlacedSetup } from "../planning/read-setups.ts";
import type { Ends } from "./ends.ts";

/** A trunk's destinations are those of all its numbers: the others' calls would go to the platform too, which may not know them. */
export async function ledAlong(setups: readonly PlacedSetup[], ends: Ends, live: Live, signal: AbortSignal): Promise<Question[]> {
  const { carrier, platform } = ends;
  const { id } = carrier.carrier.provider;
  const details = live.get(id)?.details ?? [];
  const asked = setups.map(async ({ setup: { provider, use_case, trunk: name, numbers = [] } }): Promise<Question[]> => {
    const trunk = details.find(({ trunk_id, trunk_name }) => [trunk_id, trunk_name].includes(name));
    if (provider !== id || use_case !== "inbound" || !trunk || isThere(trunk, ends)) return [];
    const wanted = new Set(numbers.map(digits));
    const others = (trunk.phone_numbers ?? []).map(({ phone_number }) => phone_number).filter((number) => !wanted.has(digits(number)));
    if (others.length === 0) return [];
    const unknown = await unknownTo(platform, others, signal);
    const refused =
      unknown.length > 0 ? `; it refuses those to ${someOf(unknown.map(grouped))} with 404, since no trunk there has them` : "";
    const question = `Trunk ${quoteText(trunk.trunk_name)} has ${counted(others.length, "other number")}, ${someOf(others.map(grouped))}: calls to them would go to ${platform.title} too${refused}. Pass them in numbers too, or another trunk name?`;
    return [{ field: "numbers", question, candidates: [...numbers, ...others] }];
  });
  return (await Promise.all(asked)).flat();
}

/** Its calls go to the platform and nowhere else already. */
function isThere({ destination_uris = [] }: TrunkDetail, { platform, sipHost }: Ends): boolean {
  return (
    destination_uris.length > 0 &&
    destination_uris.every(({ destination }) => platform.side.isHost(readDestination(destination)?.host ?? "", sipHost))
  );
}

async function unknownTo({ connected }: Ends["platform"], numbers: readonly string[], signal: AbortSignal): Promise<string[]> {
  const found = await Promise.all(
    numbers.map(async (number) => (await connected?.trunks.withNumber?.(connected.client, number, signal))?.length === 0),
  );
  return numbers.filter((_, index) => found[index]);
}

function digits(number: string): string {
  return number.replace(/\D/g, "");
}
