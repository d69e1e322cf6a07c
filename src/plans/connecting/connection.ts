import type { WantedConnection } from "../../core/carrier/connection.ts";
import type { Question } from "../../core/carrier/planner.ts";
import type { Carrier } from "../../core/carrier/provider.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { type Ends, findEnds } from "./ends.ts";
import { platformRows, wayOf } from "./platform-rows.ts";
import { connectionSetups, type PlatformTrunks } from "./setups.ts";

/** Both ends of a connection as they are wanted. */
export interface Connection {
  ends: Ends;
  setups: Setup[];
  /** The outcome in words that name both ends. */
  purpose: string[];
  /** Work at a platform whose side only a person can set up. */
  next: string[];
}

export async function connectionOf(
  wanted: WantedConnection,
  carriers: readonly Carrier[],
  signal: AbortSignal,
): Promise<Connection | { questions: Question[] }> {
  const ends = await findEnds(wanted, carriers, signal);
  if ("questions" in ends) return ends;
  return connectionWith(wanted, ends, await platformRows(ends, signal));
}

/** `there`: the trunks of the platform that have the numbers. */
export function connectionWith(wanted: WantedConnection, ends: Ends, there: readonly TrunkDetail[]): Connection {
  const { setups, purpose } = connectionSetups(wanted, ends, platformTrunks(ends, there));
  return { ends, setups, purpose, next: ends.platform.connected ? [] : [byHand(ends, setups)] };
}

/** The values of a side that only a person can set up. */
function byHand({ platform: { id, title } }: Ends, setups: readonly Setup[]): string {
  const made = [...new Set(setups.map(({ provider, trunk }) => JSON.stringify({ provider, trunk_id: trunk, format: id })))];
  return `Once it is applied, ${made.map((given) => `export_pbx_config ${given}`).join(" and ")} writes the values of ${title}'s side, which a person sets up there.`;
}

/** The platform's trunks that have the numbers already: a second one of the same would only double them. */
function platformTrunks({ wish }: Ends, there: readonly TrunkDetail[]): PlatformTrunks {
  const of = (direction: string) => there.find((trunk) => wayOf(trunk) === direction);
  const [inbound, outbound] = [of("inbound"), of("outbound")];
  return {
    inbound: inbound?.trunk_id ?? `${wish.trunk} inbound`,
    outbound: outbound?.trunk_id ?? `${wish.trunk} outbound`,
    user: inbound?.credentials?.[0]?.user_name,
  };
}
