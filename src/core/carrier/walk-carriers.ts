import { TrunkError } from "../errors.ts";
import { MAX_PAGES } from "./all-pages.ts";
import type { Condition } from "./audit.ts";
import { badCursor, type Entry, type Position } from "./listing-position.ts";
import type { Carrier } from "./provider.ts";
import type { Trunk, TrunkDetail } from "./trunk.ts";

/** A carrier that takes longer than this costs its own rows, not the answer. */
const PATIENCE_MS = 10_000;

export interface TrunkFilter {
  provider?: string | undefined;
  trunk_name?: string | undefined;
  status?: string | undefined;
}

export interface TrunkQuery extends TrunkFilter {
  cursor?: string | undefined;
  limit: number;
  details?: boolean | undefined;
  /** Only trunks of which this holds; their details come with them. */
  where?: Condition | undefined;
}

/** A listing on its way: the rows so far, and what became of the carriers. */
export interface Walk {
  entries: Entry[];
  missing: Map<string, TrunkError>;
  counts: Map<string, number | null>;
}

/** Asks all carriers at once, and takes their rows in order; returns where to go on when the page is full before the last ends. */
export async function collectAll(
  asked: readonly Carrier[],
  start: Position | undefined,
  query: TrunkQuery,
  walk: Walk,
  signal: AbortSignal,
): Promise<Position | undefined> {
  const begun = asked.map((carrier, index) => {
    const at: Position = index === 0 && start ? start : { provider: carrier.provider.id, size: query.limit, shown: 0 };
    return { carrier, at, first: readPage(carrier, at, signal) };
  });
  // Each is awaited below; until then a rejection must not count as one that nobody handles.
  for (const { first } of begun) first.catch(() => {});
  let next: Position | undefined;
  for (const { carrier, at, first } of begun) {
    const page = await first;
    if (!at.from && !at.shown && !("failure" in page)) walk.counts.set(carrier.provider.id, page.total);
    // A carrier that the next page begins with is only counted here.
    if (!next) next = walk.entries.length < query.limit ? await collect(carrier, at, page, query, walk, signal) : at;
  }
  return next;
}

export function carriersFrom(wanted: readonly Carrier[], first: string | undefined): readonly Carrier[] {
  const start = first === undefined ? 0 : wanted.findIndex(({ provider }) => provider.id === first);
  if (start < 0) throw badCursor();
  return wanted.slice(start);
}

type Page = { trunks: TrunkDetail[]; next: string | undefined; total: number | null } | { failure: TrunkError };

async function readPage({ provider, connected }: Carrier, { from, size }: Position, signal: AbortSignal): Promise<Page> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    const { client, trunks } = await connected();
    const page = await trunks.list(client, { from, limit: size, signal: AbortSignal.any([signal, patience]) });
    const isWhole = from === undefined && page.next === undefined;
    return { trunks: page.trunks, next: page.next, total: page.total ?? (isWhole ? page.trunks.length : null) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrunkError) return { failure: error };
    if (patience.aborted) return { failure: new TrunkError("provider_failed", `${provider.title} did not answer in time.`) };
    throw error;
  }
}

/** A call of an audit makes at most as many requests of one carrier: half of what the strictest lets through in a minute. */
const MOST_REQUESTS = 100;

/** Adds one carrier's matching rows to the page; returns where to go on when there is no room before the carrier ends. */
async function collect(
  carrier: Carrier,
  start: Position,
  first: Page,
  query: TrunkQuery,
  walk: Walk,
  signal: AbortSignal,
): Promise<Position | undefined> {
  const { entries, missing } = walk;
  const most = entries.length + Math.min(query.limit - entries.length, await rowsPerCall(carrier, query, first));
  let [at, page] = [start, first];
  for (let read = 1; ; read++) {
    if ("failure" in page) {
      missing.set(carrier.provider.id, page.failure);
      return undefined;
    }
    const { shown } = at;
    const matching = page.trunks.filter((trunk) => matches(trunk, query));
    const taken = matching.slice(shown, shown + most - entries.length);
    entries.push(...taken.map((trunk, index): Entry => ({ trunk, carrier, at: { ...at, shown: shown + index } })));
    if (shown + taken.length < matching.length) return { ...at, shown: shown + taken.length };
    if (page.next === undefined) return undefined;
    at = { ...at, from: page.next, shown: 0 };
    if (entries.length >= most || read === MAX_PAGES) return at;
    page = await readPage(carrier, at, signal);
  }
}

async function rowsPerCall({ connected }: Carrier, { details, where }: TrunkQuery, first: Page): Promise<number> {
  if ("failure" in first || !(details || where)) return Infinity;
  const requests = (await connected()).trunks.complete?.requests ?? 1;
  return requests === 0 ? Infinity : Math.floor(MOST_REQUESTS / requests);
}

function matches(trunk: Trunk, filter: TrunkFilter): boolean {
  const name = filter.trunk_name?.toLowerCase();
  const status = filter.status?.toLowerCase();
  return (
    (name === undefined || trunk.trunk_name.toLowerCase().includes(name)) &&
    (status === undefined || trunk.status?.toLowerCase() === status)
  );
}
