import * as z from "zod";
import { TrunkError } from "../errors.ts";
import type { Progress } from "../plan-progress.ts";
import { fitRows } from "./fit-rows.ts";
import { type ListedTrunk, toListed } from "./listed-trunk.ts";
import { readCursor, writeCursor } from "./listing-position.ts";
import { type Carrier, chosenCarriers } from "./provider.ts";
import { type Details, readDetails } from "./read-details.ts";
import { carriersFrom, collectAll, type TrunkQuery, type Walk } from "./walk-carriers.ts";

/** A carrier whose rows, or some of them, are not in the list. */
export const missingSchema = z.object({
  provider: z.string(),
  code: z.string(),
  message: z.string(),
  retry_after_seconds: z.number().optional(),
});
export type Missing = z.infer<typeof missingSchema>;

export interface TrunkList {
  trunks: ListedTrunk[];
  /** Null on the last page. */
  next_cursor: string | null;
  /** These rows are all there is. */
  complete: boolean;
  /** Trunks of each configured carrier; null where that was not counted. On a first page only. */
  carriers?: Record<string, number | null>;
  missing?: Missing[];
  warnings: string[];
}

/** Trunks of all carriers in the order of their ids in the registry, page by page. */
export async function listTrunks(
  carriers: readonly Carrier[],
  query: TrunkQuery,
  signal: AbortSignal,
  progress?: Progress,
): Promise<TrunkList> {
  const start = query.cursor === undefined ? undefined : readCursor(query.cursor);
  const asked = carriersFrom(chosenCarriers(carriers, query.provider), start?.provider);
  const walk: Walk = { entries: [], missing: new Map(), counts: new Map() };
  const end = await collectAll(asked, start, query, walk, signal);
  const { rows, stopped } = await rowsOf(walk, query, signal, progress);
  if (rows.length === 0 && walk.missing.size === asked.length) throw allFailed(asked, walk.missing);
  const missing = asked.flatMap(({ provider }) => toMissing(provider.id, walk.missing.get(provider.id)));
  const { next = stopped?.at ?? end, ...fitted } = fitRows(rows, isAudit(query), missing);
  const incomplete = missing.length > 0 || start?.incomplete === true;
  return {
    trunks: fitted.rows,
    next_cursor: next ? writeCursor({ ...next, ...(incomplete ? { incomplete } : {}) }) : null,
    complete: next === undefined && !incomplete,
    ...(start ? {} : { carriers: countsOf(carriers, walk.counts) }),
    ...(missing.length > 0 ? { missing } : {}),
    warnings: fitted.warnings,
  };
}

function isAudit({ details, where }: TrunkQuery): boolean {
  return details === true || where !== undefined;
}

async function rowsOf(
  { entries, missing }: Walk,
  query: TrunkQuery,
  signal: AbortSignal,
  progress: Progress | undefined,
): Promise<Details> {
  if (!isAudit(query)) return { rows: entries.map(({ trunk, at }) => ({ row: toListed(trunk), at })) };
  const read = await readDetails(entries, query.where, signal, progress);
  if (read.stopped?.error) missing.set(read.stopped.at.provider, read.stopped.error);
  return read;
}

function countsOf(carriers: readonly Carrier[], counts: Walk["counts"]): Record<string, number | null> {
  return Object.fromEntries(carriers.map(({ provider }) => [provider.id, counts.get(provider.id) ?? null]));
}

function toMissing(provider: string, error: TrunkError | undefined): Missing[] {
  if (!error) return [];
  const { retry_after_seconds } = error.details;
  return [{ provider, code: error.code, message: error.message, ...(retry_after_seconds === undefined ? {} : { retry_after_seconds }) }];
}

/** No list at all: an empty one would be read as an account without trunks. */
function allFailed(asked: readonly Carrier[], missing: Walk["missing"]): TrunkError {
  const errors = asked.flatMap(({ provider }) => {
    const error = missing.get(provider.id);
    return error ? [{ error, said: `${provider.title} could not be listed: ${error.message}` }] : [];
  });
  const codes = new Set(errors.map(({ error }) => error.code));
  const [first] = errors;
  const code = codes.size === 1 && first ? first.error.code : "provider_failed";
  return new TrunkError(code, errors.map(({ said }) => said).join(" "), codes.size === 1 ? first?.error.details : {});
}
