import { TrunkError } from "../errors.ts";
import type { Progress } from "../plan-progress.ts";
import type { Condition } from "./audit.ts";
import { completed } from "./find-trunk.ts";
import { type ListedTrunk, toAudited, toListed } from "./listed-trunk.ts";
import type { Entry, PlacedRow, Position } from "./listing-position.ts";
import type { CarrierReach } from "./reach.ts";

/** Trunks that are read at the same time; each is several requests. */
const AT_ONCE = 4;
/** Clients give a call up after a minute: what is not read by then is for the next page. */
const MOST_MS = 25_000;

export interface Details {
  rows: PlacedRow[];
  /** The first row that is for the next page, and the reason where a carrier refused it. */
  stopped?: { at: Position; error?: TrunkError };
}

/** Completes the rows of a page, and keeps those of which the condition holds, or of which nobody can say. */
export async function readDetails(
  entries: readonly Entry[],
  where: Condition | undefined,
  signal: AbortSignal,
  progress?: Progress,
): Promise<Details> {
  const end = performance.now() + MOST_MS;
  const reaches = await reachesOf(entries);
  const rows: PlacedRow[] = [];
  for (let done = 0; done < entries.length; done += AT_ONCE) {
    const turn = entries.slice(done, done + AT_ONCE);
    if (turn[0] && done > 0 && performance.now() > end) return { rows, stopped: { at: turn[0].at } };
    const read = await Promise.all(turn.map(async (entry) => ({ at: entry.at, row: await readRow(entry, reaches, signal) })));
    const refused = read.findIndex(({ row }) => row instanceof TrunkError);
    const told = (refused < 0 ? read : read.slice(0, refused)) as PlacedRow[];
    rows.push(...told.filter(({ row }) => isWanted(row, where)));
    if (read[refused]) return { rows, stopped: { at: read[refused].at, error: read[refused].row as TrunkError } };
    progress?.(done + turn.length, entries.length, `Read ${turn.map(({ trunk }) => trunk.trunk_name).join(", ")}.`);
  }
  return { rows };
}

async function reachesOf(entries: readonly Entry[]): Promise<ReadonlyMap<string, CarrierReach>> {
  const providers = new Map(entries.map(({ carrier: { provider } }) => [provider.id, provider]));
  return new Map(await Promise.all([...providers].map(async ([id, provider]) => [id, await provider.reach()] as const)));
}

function isWanted({ findings, unread }: ListedTrunk, where: Condition | undefined): boolean {
  return where === undefined || unread !== undefined || findings?.includes(where) === true;
}

/** A carrier that asks to wait ends the page; any other failure is one row's own. */
async function readRow(
  { trunk, carrier }: Entry,
  reaches: ReadonlyMap<string, CarrierReach>,
  signal: AbortSignal,
): Promise<ListedTrunk | TrunkError> {
  try {
    const whole = await completed(await carrier.connected(), trunk, signal);
    const row = toAudited(whole.trunk, reaches.get(carrier.provider.id) as CarrierReach);
    return whole.trunk.aliasRead === false ? { ...row, unread: "The alias could not be read." } : row;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TrunkError)) throw error;
    return error.code === "rate_limited" ? error : { ...toListed(trunk), unread: error.message };
  }
}
