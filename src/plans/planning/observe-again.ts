import { digest } from "../../core/canonical.ts";
import { allTrunks } from "../../core/carrier/find-trunk.ts";
import type { Carrier } from "../../core/carrier/provider.ts";
import { TrunkError } from "../../core/errors.ts";
import { inTurns } from "./in-turns.ts";
import { observedAs, plannerOf } from "./observe.ts";
import type { Observed } from "./plan-content.ts";

/** The same trunks as they are now, to be compared with what was observed. */
export async function observeAgain(before: readonly Observed[], carriers: readonly Carrier[], signal: AbortSignal): Promise<Observed[]> {
  const seen: Observed[] = [];
  for (const carrier of carriers) {
    const own = before.filter(({ provider }) => provider === carrier.provider.id);
    if (own.length > 0) seen.push(...(await observeCarrier(own, carrier, signal)));
  }
  return seen;
}

async function observeCarrier(before: readonly Observed[], { provider, connected }: Carrier, signal: AbortSignal): Promise<Observed[]> {
  const planner = await plannerOf(provider);
  const { client, trunks } = await connected();
  if (!planner) return [];
  const absent = before.filter(({ trunk_id }) => trunk_id === undefined);
  const names = new Set(absent.length > 0 ? (await allTrunks({ client, trunks }, signal)).map((trunk) => trunk.trunk_name) : []);
  const gone = (one: Observed): Observed => ({ ...one, facts: null, fingerprint: digest(null), detail: undefined });
  const stillAbsent = absent.map((one) => (names.has(one.trunk) ? { ...one, facts: {}, fingerprint: "" } : gone(one)));
  const present = before.flatMap((one) => (one.trunk_id === undefined ? [] : [{ one, id: one.trunk_id }]));
  const read = await inTurns(present, async ({ one, id }): Promise<Observed> => {
    const found = await trunks.get(client, id, signal).catch(nothingIfNotFound);
    if (!found) return gone(one);
    return { ...observedAs(one.provider, found.trunk, planner.facts(found.trunk)), trunk: one.trunk };
  });
  return [...stillAbsent, ...read];
}

function nothingIfNotFound(error: unknown): undefined {
  if (error instanceof TrunkError && error.code === "not_found") return undefined;
  throw error;
}
