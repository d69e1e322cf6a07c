import type * as z from "zod";
import { allPages } from "../../../core/carrier/all-pages.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { type Path, path } from "../../../core/carrier/wire.ts";
import { type DidwwApi, didsPath } from "../api.ts";
import { MAX_PAGE_SIZE, position } from "../reads.ts";
import {
  type DidRecord,
  didDocumentSchema,
  didsSchema,
  type GroupRecord,
  groupDocumentSchema,
  type InTrunkRecord,
  inTrunkDocumentSchema,
  inTrunkListSchema,
  type Names,
  namesOf,
} from "./json.ts";
import { toNumbers, whySilent } from "./view.ts";

export const inTrunksPath: Path = path`/voice_in_trunks`;

export function inTrunkPath(id: string): Path {
  return path`/voice_in_trunks/${id}`;
}

export function didPath(id: string): Path {
  return path`/dids/${id}`;
}

/** Without these a relationship is not shown at all, whether there is one or not. */
const TRUNK_INCLUDES = "voice_in_trunk_group,pop";
const DID_INCLUDES = "voice_in_trunk,voice_in_trunk_group";

export interface FoundInTrunk {
  record: InTrunkRecord;
  names: Names;
}

interface PageOf<Row> {
  rows: Row[];
  names: Names;
  next: string | undefined;
  total: number | undefined;
}

interface ListRequest {
  from?: string | undefined;
  limit?: number | undefined;
  filter?: Record<string, string> | undefined;
  signal?: AbortSignal | undefined;
}

/** Reads one record by its id, with what is asked along. */
async function readOne<Schema extends z.ZodType>(
  api: DidwwApi,
  what: { operation: string; path: Path; include: string; schema: Schema },
  signal: AbortSignal | undefined,
): Promise<z.infer<Schema>> {
  return await api.wire.send({
    effect: "read",
    method: "GET",
    operation: what.operation,
    path: what.path,
    query: { include: what.include },
    parse: (answer) => api.answers.document(answer, what.schema),
    signal,
  });
}

interface ListOf {
  operation: string;
  path: Path;
  include: string;
  schema: typeof inTrunkListSchema | typeof didsSchema;
}

async function readPage<Row>(api: DidwwApi, what: ListOf, { from, limit = 50, filter = {}, signal }: ListRequest): Promise<PageOf<Row>> {
  const { number, size } = position(from, limit);
  const { data, included, links, meta } = await api.wire.send({
    effect: "read",
    method: "GET",
    operation: what.operation,
    path: what.path,
    query: {
      ...Object.fromEntries(Object.entries(filter).map(([name, value]) => [`filter[${name}]`, value])),
      include: what.include,
      "page[number]": number,
      "page[size]": size,
    },
    parse: (answer) => api.answers.document(answer, what.schema),
    signal,
  });
  // Only that there is a next page is taken from the carrier's link, never where it leads.
  const next = links?.next ? `${number + 1}:${size}` : undefined;
  return { rows: data as Row[], names: namesOf(included), next, total: meta?.total_records ?? undefined };
}

const trunkList: ListOf = { operation: "list voice in trunks", path: inTrunksPath, include: TRUNK_INCLUDES, schema: inTrunkListSchema };
const didList: ListOf = { operation: "list DIDs", path: didsPath, include: DID_INCLUDES, schema: didsSchema };

export function inboundReads(api: DidwwApi) {
  const listInTrunks = (request: ListRequest) => readPage<InTrunkRecord>(api, trunkList, request);
  const listDids = (request: ListRequest) => readPage<DidRecord>(api, didList, request);
  return {
    listInTrunks,
    listDids,

    /** A row of a listing with the numbers whose calls come over it: its own, and those of its group. */
    async withNumbers(trunk: TrunkDetail, signal?: AbortSignal): Promise<TrunkDetail> {
      const group = trunk.attributes?.["voice_in_trunk_group_id"];
      const filters = [
        { "voice_in_trunk.id": trunk.trunk_id },
        ...(typeof group === "string" ? [{ "voice_in_trunk_group.id": group }] : []),
      ];
      const reads = filters.map((filter) => allPages((from) => listDids({ from, limit: MAX_PAGE_SIZE, filter, signal })));
      const dids = (await Promise.all(reads)).flat();
      const silent = dids.flatMap((did) => (whySilent(did) === undefined ? [] : [`${did.number}: ${whySilent(did)}`]));
      const attributes = { ...trunk.attributes, ...(silent.length > 0 ? { silent_numbers: silent } : {}) };
      return { ...trunk, phone_numbers: toNumbers(dids, trunk.trunk_id), attributes };
    },

    async getInTrunk(id: string, signal?: AbortSignal): Promise<FoundInTrunk> {
      const what = { operation: "read a voice in trunk", path: inTrunkPath(id), include: TRUNK_INCLUDES, schema: inTrunkDocumentSchema };
      const { data, included } = await readOne(api, what, signal);
      return { record: data, names: namesOf(included) };
    },

    async inTrunksNamed(name: string, signal?: AbortSignal): Promise<FoundInTrunk[]> {
      // The filter reads a comma as an alternative, so such a name is looked for without it.
      const filter: Record<string, string> = name.includes(",") ? {} : { name };
      const found = await allPages(async (from) => {
        const { rows, names, next } = await listInTrunks({ from, limit: MAX_PAGE_SIZE, filter, signal });
        return { rows: rows.map((record): FoundInTrunk => ({ record, names })), next };
      });
      return found.filter(({ record }) => record.name === name);
    },

    async getDid(id: string, signal?: AbortSignal): Promise<{ did: DidRecord; names: Names }> {
      const what = { operation: "read a DID", path: didPath(id), include: DID_INCLUDES, schema: didDocumentSchema };
      const { data, included } = await readOne(api, what, signal);
      return { did: data, names: namesOf(included) };
    },

    async getGroup(id: string, signal?: AbortSignal): Promise<GroupRecord> {
      const at = path`/voice_in_trunk_groups/${id}`;
      const what = { operation: "read a voice in trunk group", path: at, include: "voice_in_trunks", schema: groupDocumentSchema };
      return (await readOne(api, what, signal)).data;
    },
  };
}

export type InboundReads = ReturnType<typeof inboundReads>;
