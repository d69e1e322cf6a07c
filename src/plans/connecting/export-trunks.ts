import type { Carrier } from "../../core/carrier/provider.ts";
import type { Progress } from "../../core/plan-progress.ts";
import { describeTrunk, type ReadTrunk, readTrunks } from "../planning/export-file.ts";
import { makePlan } from "../planning/make-plan.ts";
import { type Live, observe } from "../planning/observe.ts";
import type { PlacedSetup } from "../planning/read-setups.ts";
import type { DescribedTrunk } from "../planning/trunks-file.ts";
import { endsAt, toEnd } from "./ends.ts";
import { knownPlatforms } from "./platform.ts";
import { connectedTo } from "./recognise.ts";
import { withRenewedLogins } from "./renewed-logins.ts";
import { type Written, writtenConnection } from "./written-connection.ts";

interface Exporting {
  carriers: readonly Carrier[];
  sandbox: boolean;
}

/** Every trunk as a file has it. A connection stands under its carrier's trunk, in place of the details of both ends. */
export async function describeTrunks(
  { carriers, sandbox }: Exporting,
  signal: AbortSignal,
  progress?: Progress,
): Promise<DescribedTrunk[]> {
  const read = await readTrunks(carriers, signal, progress);
  const found = await writtenConnections(read, carriers);
  const live = await observe(found.flatMap(placed), carriers, { prune: false, signal });
  const entries = new Map(found.filter((one) => isWhole(one, live, sandbox)).flatMap((one) => one.entries));
  return read.map((one) => entries.get(one) ?? describeTrunk(one));
}

async function writtenConnections(read: readonly ReadTrunk[], carriers: readonly Carrier[]): Promise<Written[]> {
  const found: Written[] = [];
  for (const { platform, sipHost } of await knownPlatforms(carriers)) {
    const there = read.filter(({ carrier }) => carrier.provider.id === platform.id);
    for (const one of there.length > 0 ? read.filter(({ carrier }) => carrier.provider.connection) : []) {
      const ends = endsAt(one.trunk, await toEnd(one.carrier), { platform, sipHost });
      const { inbound, outbound } = connectedTo(
        one.trunk,
        there.map(({ trunk }) => trunk),
        ends,
      );
      const others = { inbound: there.find(({ trunk }) => trunk === inbound), outbound: there.find(({ trunk }) => trunk === outbound) };
      // A name that two trunks have does not say which of them is connected.
      if ((inbound || outbound) && one.name === one.trunk.trunk_name) found.push(writtenConnection(one, others, ends));
    }
  }
  return found;
}

/** A connection is written as one where planning it again changes nothing, even if nothing else may stay. */
function isWhole(one: Written, live: Live, sandbox: boolean): boolean {
  const planned = makePlan({ setups: withRenewedLogins(placed(one), live), sandbox }, live);
  return planned.kind === "plan" && planned.content.steps.length === 0;
}

function placed({ setups }: Written): PlacedSetup[] {
  return setups.map((setup) => ({ setup, at: "" }));
}
