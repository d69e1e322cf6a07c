import type { Setup } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { loginDifference } from "../../rules/connection.ts";
import type { Live } from "../planning/observe.ts";
import type { PlacedSetup } from "../planning/read-setups.ts";

/** A login that a trunk has is none of the connection's where the other end has another one, or is given a new one. */
export function withRenewedLogins(all: readonly PlacedSetup[], live: Live): PlacedSetup[] {
  return all.map(({ setup, at }) => {
    const { login_of: from } = setup;
    const [own] = liveTrunk(live, setup)?.credentials ?? [];
    if (!from || !own) return { setup, at };
    const wanted = all.find((one) => one.setup.provider === from.provider && one.setup.trunk === from.trunk)?.setup.credentials?.[0];
    const there = liveTrunk(live, from)?.credentials?.find(({ user_name }) => wanted === undefined || user_name === wanted);
    const isSame = there !== undefined && loginDifference(own, there) === undefined;
    return isSame ? { setup, at } : { setup: { ...setup, login_of: { ...from, anew: true } }, at };
  });
}

function liveTrunk(live: Live, { provider, trunk }: Pick<Setup, "provider" | "trunk">): TrunkDetail | undefined {
  return live.get(provider)?.details.find(({ trunk_id, trunk_name }) => [trunk_id, trunk_name].includes(trunk));
}
