import * as z from "zod";
import { TrunkError } from "../errors.ts";
import { MAX_PAGES } from "./all-pages.ts";
import type { Carrier } from "./provider.ts";
import type { Trunk } from "./trunk.ts";

/** A carrier that takes longer than this costs its own rows, not the answer. */
const PATIENCE_MS = 10_000;

export interface TrunkFilter {
  provider?: string | undefined;
  trunk_name?: string | undefined;
  status?: string | undefined;
}

export interface TrunkList {
  trunks: Trunk[];
  next_cursor?: string;
  warnings: string[];
}

/** The position at which a listing goes on: the carrier, its own position, and how many matching rows of that page were shown. */
const positionSchema = z.strictObject({
  provider: z.string().max(32),
  from: z.string().max(200).optional(),
  shown: z.number().int().min(0).max(1000),
});
type Position = z.infer<typeof positionSchema>;

/** Trunks of all carriers in the order of their ids in the registry, page by page. */
export async function listTrunks(
  carriers: readonly Carrier[],
  filter: TrunkFilter,
  page: { cursor?: string | undefined; limit: number },
  signal: AbortSignal,
): Promise<TrunkList> {
  const start = page.cursor === undefined ? undefined : readCursor(page.cursor);
  const remaining = carriersFrom(carriers, filter.provider, start?.provider);
  // All carriers are asked at once; one that is slow is waited for only up to its own patience.
  const walks = remaining.map((carrier, index) => {
    const from = index === 0 ? start?.from : undefined;
    return { carrier, shown: index === 0 ? (start?.shown ?? 0) : 0, first: readPage(carrier, from, page.limit, signal) };
  });
  // Each is awaited below; until then a rejection must not count as one that nobody handles.
  for (const { first } of walks) first.catch(() => {});
  const list: TrunkList = { trunks: [], warnings: [] };
  for (const walk of walks) {
    if (list.trunks.length >= page.limit) return { ...list, next_cursor: writeCursor({ provider: walk.carrier.provider.id, shown: 0 }) };
    const position = await collect(walk, filter, page.limit, list, signal);
    if (position) return { ...list, next_cursor: writeCursor(position) };
  }
  return list;
}

function carriersFrom(carriers: readonly Carrier[], only: string | undefined, first: string | undefined): Carrier[] {
  const wanted = carriers.filter(({ provider }) => only === undefined || provider.id === only);
  const start = first === undefined ? 0 : wanted.findIndex(({ provider }) => provider.id === first);
  if (start < 0) throw badCursor();
  return wanted.slice(start);
}

type Page = { from: string | undefined; trunks: Trunk[]; next: string | undefined } | { failure: string };

async function readPage(carrier: Carrier, from: string | undefined, limit: number, signal: AbortSignal): Promise<Page> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    const { client, trunks } = await carrier.connected();
    const { trunks: rows, next } = await trunks.list(client, { from, limit, signal: AbortSignal.any([signal, patience]) });
    return { from, trunks: rows, next };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrunkError) return { failure: `${carrier.provider.title} could not be listed: ${error.message}` };
    if (patience.aborted) return { failure: `${carrier.provider.title} did not answer in time; its trunks are missing here.` };
    throw error;
  }
}

/** Adds one carrier's matching rows to the list; returns where to go on when the list is full before the carrier ends. */
async function collect(
  { carrier, shown, first }: { carrier: Carrier; shown: number; first: Promise<Page> },
  filter: TrunkFilter,
  limit: number,
  list: TrunkList,
  signal: AbortSignal,
): Promise<Position | undefined> {
  let page = await first;
  let skip = shown;
  for (let count = 0; count < MAX_PAGES; count++) {
    if ("failure" in page) {
      list.warnings.push(page.failure);
      return undefined;
    }
    const matching = page.trunks.filter((trunk) => matches(trunk, filter));
    const taken = matching.slice(skip, skip + limit - list.trunks.length);
    list.trunks.push(...taken);
    if (skip + taken.length < matching.length) return { provider: carrier.provider.id, from: page.from, shown: skip + taken.length };
    if (page.next === undefined) return undefined;
    if (list.trunks.length >= limit) return { provider: carrier.provider.id, from: page.next, shown: 0 };
    skip = 0;
    page = await readPage(carrier, page.next, limit, signal);
  }
  return undefined;
}

function matches(trunk: Trunk, filter: TrunkFilter): boolean {
  const name = filter.trunk_name?.toLowerCase();
  const status = filter.status?.toLowerCase();
  return (
    (name === undefined || trunk.trunk_name.toLowerCase().includes(name)) &&
    (status === undefined || trunk.status?.toLowerCase() === status)
  );
}

function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function readCursor(cursor: string): Position {
  try {
    return positionSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch {
    throw badCursor();
  }
}

function badCursor(): TrunkError {
  return new TrunkError("invalid_input", "The cursor is not one that this list gave out.", {
    field: "cursor",
    hint: "Leave cursor out to start again, and keep the filters of the first page.",
  });
}
