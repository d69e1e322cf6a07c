import { allPages } from "../../core/carrier/all-pages.ts";
import { TrunkError } from "../../core/errors.ts";
import { type DidwwApi, didsPath, trunkPath, trunksPath } from "./api.ts";
import { didListSchema, type Included, type TrunkRecord, trunkDocumentSchema, trunkListSchema } from "./json.ts";

/** A trunk, and the DIDs that came with it. */
export interface FoundTrunk {
  record: TrunkRecord;
  included: Included | undefined;
}

export interface ListRequest {
  /** A position that an earlier page gave out. */
  from?: string | undefined;
  limit?: number | undefined;
  /** DIDWW's own filters, such as `name` and `status`. A comma separates alternatives. */
  filter?: Record<string, string> | undefined;
  /** A field, or `-field` for descending. */
  sort?: string | undefined;
  include?: "dids" | undefined;
  signal?: AbortSignal | undefined;
}

export const MAX_PAGE_SIZE = 100;

export function didwwReads(api: DidwwApi) {
  let learning: Promise<unknown> | undefined;

  async function listTrunks(request: ListRequest) {
    const { number, size } = position(request.from, request.limit ?? 50);
    const filters = Object.entries(request.filter ?? {}).map(([name, value]) => [`filter[${name}]`, value]);
    const document = await api.wire.send({
      effect: "read",
      method: "GET",
      operation: "list voice out trunks",
      path: trunksPath,
      query: {
        ...Object.fromEntries(filters),
        sort: request.sort,
        include: request.include,
        "page[number]": number,
        "page[size]": size,
      },
      parse: (answer) => api.answers.document(answer, trunkListSchema),
      signal: request.signal,
    });
    // Only that there is a next page is taken from the carrier's link, never where it leads.
    const next = document.links?.next ? `${number + 1}:${size}` : undefined;
    const trunks = document.data.map((record): FoundTrunk => ({ record, included: document.included ?? undefined }));
    return { trunks, next, total: document.meta?.total_records ?? undefined };
  }

  function everyTrunk(filter: Record<string, string>, signal?: AbortSignal): Promise<FoundTrunk[]> {
    return allPages(async (from) => {
      const { trunks, next } = await listTrunks({ from, limit: MAX_PAGE_SIZE, filter, include: "dids", signal });
      return { rows: trunks, next };
    });
  }

  return {
    listTrunks,

    /** Every trunk, with its DIDs: a hundred a request. */
    trunksWithDids: (signal?: AbortSignal) => everyTrunk({}, signal),

    async getTrunk(id: string, signal?: AbortSignal): Promise<FoundTrunk> {
      const { data, included } = await api.wire.send({
        effect: "read",
        method: "GET",
        operation: "read a voice out trunk",
        path: trunkPath(id),
        query: { include: "dids" },
        parse: (answer) => api.answers.document(answer, trunkDocumentSchema),
        signal,
      });
      return { record: data, included: included ?? undefined };
    },

    /** Every trunk whose name or reference is exactly this. */
    async trunksWith(key: "name" | "external_reference_id", value: string, signal?: AbortSignal): Promise<FoundTrunk[]> {
      // The filter reads a comma as an alternative, so such a value is looked for without it.
      const filter = value.includes(",") ? {} : { [key]: value };
      const all = await everyTrunk(filter, signal);
      return all.filter(({ record }) => record[key] === value);
    },

    didsWith: (number: string, signal?: AbortSignal) => didsWith(api, number, signal),

    /** The version that the account speaks: one cheap read, unless an answer told already. */
    async version(): Promise<string> {
      if (api.spoken.isKnown()) return api.spoken.version();
      learning ??= listTrunks({ limit: 1 }).finally(() => {
        learning = undefined;
      });
      await learning;
      // An answer that does not say it leaves the version at what was asked for.
      api.spoken.hear(api.spoken.version());
      return api.spoken.version();
    },
  };
}

export type DidwwReads = ReturnType<typeof didwwReads>;

/** The account's DIDs with this number, in E.164. */
async function didsWith(api: DidwwApi, number: string, signal?: AbortSignal): Promise<{ id: string; number: string }[]> {
  const digits = number.replace("+", "");
  const { data } = await api.wire.send({
    effect: "read",
    method: "GET",
    operation: "find a DID",
    path: didsPath,
    query: { "filter[number]": digits },
    parse: (answer) => api.answers.document(answer, didListSchema),
    signal,
  });
  return data.flatMap(({ id, attributes }) => (attributes.number === digits ? [{ id, number: digits }] : []));
}

/** A page's number counts pages of one size, so the size goes on with it. */
export function position(from: string | undefined, limit: number): { number: number; size: number } {
  if (from === undefined) return { number: 1, size: Math.min(limit, MAX_PAGE_SIZE) };
  const [, number, size] = /^(\d{1,6}):(\d{1,3})$/.exec(from) ?? [];
  if (number === undefined) throw new TrunkError("invalid_input", "The cursor is not one that this list gave out.", { field: "cursor" });
  return { number: Number(number), size: Number(size) };
}
