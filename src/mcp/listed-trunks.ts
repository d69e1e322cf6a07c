import { tools } from "../../tools/index.ts";
import type { ListedTrunk } from "../core/carrier/listed-trunk.ts";
import type { ShownTrunk } from "../core/carrier/shown-trunk.ts";
import type { Known } from "../core/prompt.ts";
import type { Scope } from "../pipeline/scope.ts";
import { askTool } from "./ask-tool.ts";

const PAGE = 50;

interface TrunkPage {
  trunks: ListedTrunk[];
  next_cursor: string | null;
}

/** A page of trunks. A carrier that fails leaves a gap, and all of them an empty page, not an error. */
export async function trunkPage(
  scope: Scope,
  { limit = PAGE, ...args }: { limit?: number; cursor?: string | undefined; provider?: string | undefined },
  signal: AbortSignal,
): Promise<TrunkPage> {
  const { default: listTrunks } = await tools.list_trunks();
  try {
    return listTrunks.output.parse(await askTool("list_trunks", { limit, ...args }, scope, signal));
  } catch (error) {
    signal.throwIfAborted();
    if (args.cursor !== undefined) throw error;
    return { trunks: [], next_cursor: null };
  }
}

/** A person scrolls through no more; they type more of the name. */
const MAX_WALK = 1_000;

/** A completion is asked for at each key that a person types; the carrier need not be. */
const COMPLETION_TTL_MS = 10_000;

async function cached<T>({ cache }: Scope, key: string, read: () => Promise<T>): Promise<T> {
  const known = await cache.get(key);
  if (known !== undefined) return known as T;
  const value = await read();
  await cache.set(key, value, COMPLETION_TTL_MS);
  return value;
}

/** The trunks to choose from in completions. */
export function allTrunks(scope: Scope, provider: string | undefined, signal: AbortSignal): Promise<ListedTrunk[]> {
  return cached(scope, `trunks:${provider ?? ""}`, () => walkTrunks(scope, provider, signal));
}

export async function walkTrunks(scope: Scope, provider: string | undefined, signal: AbortSignal): Promise<ListedTrunk[]> {
  const found: ListedTrunk[] = [];
  let cursor: string | null = null;
  do {
    const { trunks, next_cursor } = await trunkPage(scope, { cursor: cursor ?? undefined, provider }, signal);
    found.push(...trunks);
    cursor = next_cursor;
  } while (cursor !== null && found.length < MAX_WALK);
  return found;
}

export async function findTrunk(scope: Scope, provider: string, idOrName: string, signal: AbortSignal): Promise<ShownTrunk | undefined> {
  const { default: getTrunk } = await tools.get_trunk();
  const found = await askTool("get_trunk", { provider, trunk_id: idOrName }, scope, signal);
  return found && getTrunk.output.parse(found).trunk;
}

/** Reads who may call over each trunk: as much as one call reads, and the cursor with which the audit goes on. */
export async function audit(scope: Scope, provider: string | undefined, signal: AbortSignal): Promise<unknown> {
  return await askTool("list_trunks", { details: true, limit: 100, ...(provider === undefined ? {} : { provider }) }, scope, signal);
}

/** Enough trunks to find what an account has in use, few enough to read while a person types. */
const KNOWN_FROM = 8;

export function known(scope: Scope, provider: string, signal: AbortSignal): Promise<Known> {
  return cached(scope, `known:${provider}`, () => readKnown(scope, provider, signal));
}

async function readKnown(scope: Scope, provider: string, signal: AbortSignal): Promise<Known> {
  const { trunks } = await trunkPage(scope, { limit: KNOWN_FROM, provider }, signal);
  const details = await Promise.all(trunks.map((trunk) => findTrunk(scope, provider, trunk.trunk_id, signal)));
  const unique = (values: (string | undefined)[]) => [...new Set(values.filter((value) => value !== undefined))];
  return {
    numbers: unique(details.flatMap((trunk) => trunk?.phone_numbers?.map((row) => row.phone_number))),
    ips: unique(details.flatMap((trunk) => trunk?.whitelisted_ips?.map((row) => row.ip))),
    destinations: unique(details.flatMap((trunk) => trunk?.destination_uris?.map((row) => row.destination))),
  };
}
