import { digest } from "../../core/canonical.ts";
import { allTrunks } from "../../core/carrier/find-trunk.ts";
import type { CarrierPlanner, KnownNumber, SharedRecord, TrunkFacts } from "../../core/carrier/planner.ts";
import type { AnyProvider, Carrier, TrunkAccess } from "../../core/carrier/provider.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import type { Trunk, TrunkDetail } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import type { Progress } from "../../core/plan-progress.ts";
import { quoteText } from "../../core/text.ts";
import { findHolders, nothingIfRefused } from "./find-holders.ts";
import { inTurns } from "./in-turns.ts";
import type { Observed } from "./plan-content.ts";
import type { PlacedSetup } from "./read-setups.ts";

/** One carrier's account as planning knows it. */
export interface CarrierLive {
  title: string;
  planner: CarrierPlanner;
  /** Every trunk of the account. */
  trunks: Trunk[];
  /** Whole, those that the setups name, and those that have their numbers; all of them when pruning. */
  details: TrunkDetail[];
  /** Names in the setups that have the form of an id. */
  ids: string[];
  /** Whether a further trunk has the numbers could not be found out. */
  unsearched: boolean;
  numberIds: ReadonlyMap<string, KnownNumber>;
  freeNumbers: readonly string[] | undefined;
  shared: readonly SharedRecord[];
  numberLosses: ReadonlyMap<string, string> | undefined;
  warnings: string[];
}

/** By carrier. A carrier that is not here is not configured, or cannot be planned for. */
export type Live = ReadonlyMap<string, CarrierLive>;

interface Observing {
  prune: boolean;
  signal: AbortSignal;
  /** Told of each trunk that was read. */
  progress?: Progress;
}

/** The live facts that planning the setups needs: one listing, the trunks that are named, and who else has their numbers. */
export async function observe(setups: readonly PlacedSetup[], carriers: readonly Carrier[], observing: Observing): Promise<Live> {
  const live = new Map<string, CarrierLive>();
  for (const { provider, connected } of carriers) {
    const own = setups.filter(({ setup }) => setup.provider === provider.id);
    const planner = own.length > 0 ? await plannerOf(provider) : undefined;
    if (planner) live.set(provider.id, await observeCarrier(provider.title, planner, await connected(), own, observing));
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
  { prune, signal, progress }: Observing,
): Promise<CarrierLive> {
  const names = new Set(setups.map(({ setup }) => setup.trunk));
  const trunks = prune ? await allTrunks(connected, signal) : await trunksNamed([...names], connected, signal);
  const wanted = trunks.filter((trunk) => prune || names.has(trunk.trunk_id) || names.has(trunk.trunk_name));
  const readAll = (some: readonly Trunk[]) =>
    inTurns(some, ({ trunk_id }) => connected.trunks.get(connected.client, trunk_id, signal), readingText(progress, title, some.length));
  const named = await readAll(wanted);
  const others = trunks.filter((trunk) => !wanted.includes(trunk));
  const numbers = new Set(setups.flatMap(({ setup }) => setup.numbers ?? []));
  for (const { trunk } of named) for (const row of trunk.phone_numbers ?? []) numbers.delete(row.phone_number);
  const holders = await findHolders([...numbers], others, planner, connected, signal);
  const read = [...named, ...(await readAll(others.filter(({ trunk_id }) => holders?.has(trunk_id))))];
  const details = read.map(({ trunk }) => trunk);
  const own = setups.map(({ setup }) => setup);
  const numberIds = (await planner.numberIds?.(connected.client, own, signal)) ?? new Map<string, KnownNumber>();
  const shared = (await planner.shared?.(connected.client, own, signal, { trunks: details, prune })) ?? [];
  const numberLosses = await planner.numberLosses?.(connected.client, own, signal);
  const known = numberLosses ?? numberIds;
  const isMissing = ({ numbers: said, use_case }: Setup) => (said?.length ? said.some((one) => !known.has(one)) : use_case !== undefined);
  const freeNumbers = own.some(isMissing) ? await planner.freeNumbers?.(connected.client, signal).catch(nothingIfRefused) : undefined;
  const ids = [...names].filter((name) => connected.trunks.isTrunkId(name));
  return {
    title,
    planner,
    trunks,
    details,
    ids,
    unsearched: holders === undefined,
    numberIds,
    freeNumbers,
    shared,
    numberLosses,
    warnings: [...new Set(read.flatMap((one) => one.warnings))],
  };
}

/** Reports the reading of one carrier's trunks. */
export function readingText(progress: Progress | undefined, title: string, total: number): (done: number, trunk: Trunk) => void {
  return (done, { trunk_name }) => progress?.(done, total, `Read ${quoteText(trunk_name)} at ${title}`);
}

/** A small account whole; of a large one, the trunks that are named, so that a plan costs no more as the account grows. */
async function trunksNamed(names: readonly string[], connected: TrunkAccess<unknown>, signal: AbortSignal): Promise<Trunk[]> {
  const { client, trunks } = connected;
  const { named } = trunks;
  if (!named) return await allTrunks(connected, signal);
  const first = await trunks.list(client, { limit: trunks.pageSize ?? 50, namesOnly: true, signal });
  if (first.next === undefined) return first.trunks;
  const others = names.filter((name) => !first.trunks.some((trunk) => trunk.trunk_id === name || trunk.trunk_name === name));
  const found = await inTurns(others, (name) =>
    trunks.isTrunkId(name) ? trunkById(connected, name, signal) : named(client, name, signal),
  );
  // One may be named by its name as well as by its id.
  return [...new Map([...first.trunks, ...found.flat()].map((trunk) => [trunk.trunk_id, trunk])).values()];
}

export async function trunkById({ client, trunks }: TrunkAccess<unknown>, id: string, signal: AbortSignal): Promise<Trunk[]> {
  try {
    return [(await trunks.get(client, id, signal)).trunk];
  } catch (error) {
    if (error instanceof TrunkError && error.code === "not_found") return [];
    throw error;
  }
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
