import type { PageRequest, ReadTrunk, TrunkPage, TrunkReader } from "../../core/carrier/provider.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { looksLikeNumber } from "../../rules/number-shape.ts";
import type { DidwwClient } from "./operations.ts";
import { type FoundTrunk, MAX_PAGE_SIZE } from "./reads.ts";
import { isUuid, toCredential, toDetail } from "./view.ts";
import type { FoundInTrunk } from "./voice-in/reads.ts";
import { isInbound, toInDetail } from "./voice-in/view.ts";

/**
 * One view over trunks for calls out and for calls in, which are records of two kinds with ids of one form. Listed with its
 * numbers, a trunk for calls out is whole; one for calls in lacks its numbers.
 */
export const didwwTrunks: TrunkReader<DidwwClient> = {
  isTrunkId: isUuid,
  pageSize: MAX_PAGE_SIZE,
  list: listBoth,
  get: getEither,

  async withNumber(client, said, signal) {
    if (!looksLikeNumber(said)) return [];
    const { havingNumber, readingsOf } = await import("../../rules/phone-number.ts");
    const [out, routed] = await Promise.all([orNone(client.trunksWithDids(signal)), client.didsSaid(readingsOf(said), signal)]);
    const found = out.map((one) => toWhole(client, one));
    const ids = await Promise.all(
      routed.map(async ({ did }) => {
        if (did.trunk_id !== undefined) return [did.trunk_id];
        return did.group_id === undefined ? [] : (await client.getGroup(did.group_id, signal)).trunk_ids;
      }),
    );
    const inbound = await Promise.all([...new Set(ids.flat())].map((id) => client.getInTrunk(id, signal)));
    return [...havingNumber(found, said), ...inbound.map((one) => toInRow(client, one))];
  },

  async named(client, name, signal) {
    const [out, inbound] = await Promise.all([orForbidden(client.trunksWith("name", name, signal)), client.inTrunksNamed(name, signal)]);
    const rows = inbound.map((one) => toInRow(client, one));
    if (out instanceof TrunkError) {
      if (rows.length === 0) throw out;
      return rows;
    }
    return [...out.map((one) => toWhole(client, one)), ...rows];
  },

  complete: {
    requests: 2,
    run: async (client, row, signal) =>
      isInbound(row) ? { trunk: await client.withNumbers(row, signal), warnings: [] } : withWarnings(row),
  },
};

const INBOUND = "in:";

/** Trunks for calls out first. The last page of them goes on with the first of the others. */
async function listBoth(client: DidwwClient, page: PageRequest): Promise<TrunkPage> {
  const { from, limit, signal } = page;
  if (from?.startsWith(INBOUND)) return await listIn(client, { ...page, from: from.slice(INBOUND.length) });
  const first = from === undefined ? listIn(client, page) : undefined;
  // Awaited below; until then a rejection must not count as one that nobody handles.
  first?.catch(() => {});
  const out = await orForbidden(client.listTrunks({ from, limit, include: page.namesOnly ? undefined : "dids", signal }));
  const inbound = await first;
  if (out instanceof TrunkError) {
    if (!inbound || inbound.trunks.length === 0) throw out;
    return inbound;
  }
  const trunks = out.trunks.map((found) => toWhole(client, found));
  const total = out.total === undefined || inbound?.total === undefined ? undefined : out.total + inbound.total;
  if (out.next !== undefined) return { trunks, next: out.next, total };
  const rest = inbound ?? (await listIn(client, { ...page, from: undefined }));
  return { trunks: [...trunks, ...rest.trunks], next: rest.next, total };
}

async function listIn(client: DidwwClient, { from, limit, signal }: PageRequest): Promise<TrunkPage> {
  const { rows, names, next, total } = await client.listInTrunks({ from, limit, signal });
  return {
    trunks: rows.map((record) => toInRow(client, { record, names })),
    next: next === undefined ? undefined : `${INBOUND}${next}`,
    total,
  };
}

/** An account without a plan for calls out may not list such trunks, and may well have others. */
async function orForbidden<T>(read: Promise<T>): Promise<T | TrunkError> {
  return await read.catch((error: unknown) => {
    if (error instanceof TrunkError && error.code === "forbidden") return error;
    throw error;
  });
}

async function orNone<T>(read: Promise<T[]>): Promise<T[]> {
  const found = await orForbidden(read);
  return found instanceof TrunkError ? [] : found;
}

/** An id does not tell of which kind it is: where it was once found it is looked for first. */
async function getEither(client: DidwwClient, id: string, signal?: AbortSignal): Promise<ReadTrunk> {
  const out = async () => withWarnings(toWhole(client, await client.getTrunk(id, signal)));
  const inbound = async () => {
    const trunk = await client.withNumbers(toInRow(client, await client.getInTrunk(id, signal)), signal);
    return { trunk, warnings: [] };
  };
  const [first, second] = client.kinds.get(id) === "in" ? [inbound, out] : [out, inbound];
  try {
    return await first();
  } catch (error) {
    if (!(error instanceof TrunkError) || !["not_found", "forbidden"].includes(error.code)) throw error;
    return await second().catch((other: unknown) => {
      throw other instanceof TrunkError && other.code === "not_found" ? error : other;
    });
  }
}

function toInRow(client: DidwwClient, { record, names }: FoundInTrunk): TrunkDetail {
  client.kinds.set(record.id, "in");
  return toInDetail(record, names, client.apiVersion());
}

function toWhole(client: DidwwClient, found: FoundTrunk): TrunkDetail {
  const login = toCredential(found.record);
  const detail = toDetail(found, client.apiVersion());
  const { did_ids: dids } = found.record;
  return {
    ...detail,
    credentials: login ? [{ ...login, use: "came with the trunk; a call needs it, and one of the addresses" }] : [],
    // The update takes them under this name.
    attributes: { ...detail.attributes, ...(dids ? { dids } : {}) },
  };
}

function withWarnings(trunk: TrunkDetail): ReadTrunk {
  const warnings = trunk.attributes?.["threshold_reached"]
    ? ["The trunk has reached its threshold_amount for 24 hours; DIDWW places no more calls over it until then."]
    : [];
  return { trunk, warnings };
}
