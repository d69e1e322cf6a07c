import { digest } from "../../core/canonical.ts";
import { allTrunks } from "../../core/carrier/find-trunk.ts";
import type { CarrierPlanner, Elsewhere, TrunkFacts } from "../../core/carrier/planner.ts";
import type { AnyProvider, Carrier, TrunkAccess } from "../../core/carrier/provider.ts";
import type { Trunk, TrunkDetail } from "../../core/carrier/trunk.ts";
import type { Observed } from "./plan-content.ts";
import type { PlacedSetup } from "./read-setups.ts";

/** One carrier's account as planning knows it. */
export interface CarrierLive {
  title: string;
  planner: CarrierPlanner;
  /** Every trunk of the account. */
  trunks: Trunk[];
  /** Whole, those that the setups name; all of them when pruning. */
  details: TrunkDetail[];
  /** Names in the setups that have the form of an id. */
  ids: string[];
  /** Wanted numbers that some trunk has; their trunk's own are among them. */
  mapped: Elsewhere[];
  warnings: string[];
}

/** By carrier. A carrier that is not here is not configured, or cannot be planned for. */
export type Live = ReadonlyMap<string, CarrierLive>;

/** Search at most this many trunks for a number: each costs a listing of the carrier's rate. */
const MOST_SEARCHED = 20;
/** A carrier takes this many reads at once without queueing. */
const READS_AT_ONCE = 4;

/** The live facts that planning the setups needs: one listing, the trunks that are named, and who else has their numbers. */
export async function observe(
  setups: readonly PlacedSetup[],
  carriers: readonly Carrier[],
  { prune, signal }: { prune: boolean; signal: AbortSignal },
): Promise<Live> {
  const live = new Map<string, CarrierLive>();
  for (const { provider, connected } of carriers) {
    const own = setups.filter(({ setup }) => setup.provider === provider.id);
    const planner = own.length > 0 ? await plannerOf(provider) : undefined;
    if (planner) live.set(provider.id, await observeCarrier(provider.title, planner, await connected(), own, { prune, signal }));
  }
  return live;
}

export type Planners = ReadonlyMap<string, CarrierPlanner>;

export async function plannersOf(carriers: readonly Carrier[]): Promise<Planners> {
  const found = await Promise.all(carriers.map(async ({ provider }) => [provider.id, await plannerOf(provider)] as const));
  return new Map(found.flatMap(([id, planner]) => (planner ? [[id, planner] as const] : [])));
}

export async function plannerOf(provider: AnyProvider): Promise<CarrierPlanner | undefined> {
  return (await provider.planner?.()) as CarrierPlanner | undefined;
}

async function observeCarrier(
  title: string,
  planner: CarrierPlanner,
  connected: TrunkAccess<unknown>,
  setups: readonly PlacedSetup[],
  { prune, signal }: { prune: boolean; signal: AbortSignal },
): Promise<CarrierLive> {
  const trunks = await allTrunks(connected, signal);
  const names = new Set(setups.map(({ setup }) => setup.trunk));
  const wanted = trunks.filter((trunk) => prune || names.has(trunk.trunk_id) || names.has(trunk.trunk_name));
  const read = await inTurns(wanted, ({ trunk_id }) => connected.trunks.get(connected.client, trunk_id, signal));
  const details = read.map(({ trunk }) => trunk);
  const numbers = new Set(setups.flatMap(({ setup }) => setup.numbers ?? []));
  const others = trunks.filter((trunk) => !wanted.includes(trunk));
  const { mapped, warnings } = await whoHas(numbers, details, others, { title, planner, client: connected.client, signal });
  const ids = [...names].filter((name) => connected.trunks.isTrunkId(name));
  return { title, planner, trunks, details, ids, mapped, warnings: [...new Set([...read.flatMap((one) => one.warnings), ...warnings])] };
}

interface Search {
  title: string;
  planner: CarrierPlanner;
  client: unknown;
  signal: AbortSignal;
}

/** One listing for each other trunk, never one read for each number; with many trunks the carrier's refusal at the step has to do. */
async function whoHas(
  numbers: ReadonlySet<string>,
  details: readonly TrunkDetail[],
  others: readonly Trunk[],
  { title, planner, client, signal }: Search,
): Promise<{ mapped: Elsewhere[]; warnings: string[] }> {
  const { numbersOf } = planner;
  if (!numbersOf || numbers.size === 0) return { mapped: [], warnings: [] };
  const rows = (trunk: Trunk, found: readonly string[]): Elsewhere[] =>
    found.filter((number) => numbers.has(number)).map((number) => ({ number, trunk_id: trunk.trunk_id, trunk_name: trunk.trunk_name }));
  const own = details.flatMap((trunk) =>
    rows(
      trunk,
      (trunk.phone_numbers ?? []).map((row) => row.phone_number),
    ),
  );
  // Nothing is left to search for when all numbers are where they are wanted.
  if (new Set(own.map(({ number }) => number)).size === numbers.size) return { mapped: own, warnings: [] };
  if (others.length > MOST_SEARCHED) {
    const said = `Whether one of the account's ${others.length} other trunks has the numbers was not read; ${title} refuses such a number at its step.`;
    return { mapped: own, warnings: [said] };
  }
  const found = await inTurns(others, async (trunk) => rows(trunk, await numbersOf(client, trunk.trunk_id, signal)));
  return { mapped: [...own, ...found.flat()], warnings: [] };
}

export async function inTurns<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += READS_AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + READS_AT_ONCE).map(run))));
  }
  return results;
}

/** The trunks that a setup can mean: the one with this id, or all with this name. */
export function meant({ trunks }: CarrierLive, idOrName: string): Trunk[] {
  const byId = trunks.filter((trunk) => trunk.trunk_id === idOrName);
  return byId.length > 0 ? byId : trunks.filter((trunk) => trunk.trunk_name === idOrName);
}

export function observedAs(provider: string, trunk: TrunkDetail, facts: TrunkFacts): Observed {
  const { trunk_id, trunk_name, credentials, ...rest } = trunk;
  const logins = credentials && { credentials: credentials.map(({ password: _, ...login }) => login) };
  return {
    provider,
    trunk: trunk_name,
    trunk_id,
    fingerprint: digest(trunk_id, facts),
    facts,
    detail: { trunk_id, trunk_name, ...rest, ...logins },
  };
}

/** The state that a plan is bound to: the facts of every trunk that it read, and the names that no trunk had. */
export function observed(setups: readonly PlacedSetup[], live: Live): Observed[] {
  return [...live].flatMap(([provider, carrier]) => {
    const present = carrier.details.map((trunk): Observed => {
      const facts = carrier.planner.facts(trunk);
      return observedAs(provider, trunk, facts);
    });
    const names = new Set(setups.filter(({ setup }) => setup.provider === provider).map(({ setup }) => setup.trunk));
    const absent = [...names].filter((name) => meant(carrier, name).length === 0);
    return [...present, ...absent.map((trunk): Observed => ({ provider, trunk, fingerprint: digest(null), facts: null }))];
  });
}
