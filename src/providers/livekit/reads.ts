import { allPages } from "../../core/carrier/all-pages.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { type LiveKitApi, read } from "./api.ts";
import {
  gotSchema,
  type InboundRecord,
  inboundSchema,
  listedSchema,
  type OutboundRecord,
  outboundSchema,
  type RuleRecord,
  ruleSchema,
  type TrunkRecord,
  type Whole,
} from "./json.ts";

export type Direction = TrunkRecord["direction"];

/** A record as it is read, and as it came. */
export interface Got<Record> {
  record: Record;
  whole: Whole;
}

export interface Listing {
  afterId?: string | undefined;
  limit?: number | undefined;
  numbers?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

/** A page of LiveKit's own; a self-hosted server answers all rows whatever was asked for. */
export const PAGE_SIZE = 100;

const kinds = {
  inbound: { word: "Inbound", schema: inboundSchema },
  outbound: { word: "Outbound", schema: outboundSchema },
} as const;

export function liveKitReads(api: LiveKitApi) {
  /** A page in order of ids, and the id from which the next one goes on. */
  async function page(direction: Direction, { afterId, limit = PAGE_SIZE, numbers, signal }: Listing) {
    const { word, schema } = kinds[direction];
    const body = { page: pageAfter(afterId, limit), ...(numbers ? { numbers } : {}) };
    const asked = { method: `ListSIP${word}Trunk`, operation: `list ${direction} trunks`, body };
    const { items } = await read(api, asked, listedSchema, signal);
    const rows = items.map((item): TrunkRecord => schema.parse(item)).slice(0, limit);
    const last = rows.at(-1)?.sip_trunk_id;
    const isWhole = items.length < limit || last === afterId;
    return { rows, next: isWhole ? undefined : last };
  }

  function all(direction: "inbound", listing?: Listing): Promise<InboundRecord[]>;
  function all(direction: "outbound", listing?: Listing): Promise<OutboundRecord[]>;
  function all(direction: Direction, listing: Listing = {}): Promise<TrunkRecord[]> {
    return allPages((from) => page(direction, { ...listing, afterId: from }));
  }

  async function get(direction: Direction, id: string, signal?: AbortSignal): Promise<Got<TrunkRecord>> {
    const { word, schema } = kinds[direction];
    const asked = { method: `GetSIP${word}Trunk`, operation: `read an ${direction} trunk`, body: { sip_trunk_id: id } };
    const { trunk } = await read(api, asked, gotSchema, signal);
    return { record: schema.parse(trunk), whole: trunk };
  }

  async function rules(filter: { ids?: string[]; trunkIds?: string[] }, signal?: AbortSignal): Promise<Got<RuleRecord>[]> {
    const filters = {
      ...(filter.ids ? { dispatch_rule_ids: filter.ids } : {}),
      ...(filter.trunkIds ? { trunk_ids: filter.trunkIds } : {}),
    };
    return await allPages(async (from) => {
      const body = { page: pageAfter(from, PAGE_SIZE), ...filters };
      const { items } = await read(api, { method: "ListSIPDispatchRule", operation: "list dispatch rules", body }, listedSchema, signal);
      const rows = items.map((whole) => ({ record: ruleSchema.parse(whole), whole }));
      return { rows, next: rows.length < PAGE_SIZE ? undefined : rows.at(-1)?.record.sip_dispatch_rule_id };
    });
  }

  return {
    page,
    all,
    get,
    rules,
    /** A trunk of either kind: its id does not tell which. */
    async trunk(id: string, signal?: AbortSignal): Promise<Got<TrunkRecord>> {
      const inbound = await get("inbound", id, signal).catch(unlessNotFound);
      return inbound ?? (await get("outbound", id, signal));
    },
    async rule(id: string, signal?: AbortSignal): Promise<Got<RuleRecord>> {
      const [found] = (await rules({ ids: [id] }, signal)).filter(({ record }) => record.sip_dispatch_rule_id === id);
      if (found) return found;
      throw new TrunkError("not_found", `LiveKit has no dispatch rule ${quoteText(id)} in this project. Nothing was changed.`, {
        field: "dispatch_rule_id",
        hint: "Call livekit_list_dispatch_rules to see what exists.",
      });
    },
  };
}
export type LiveKitReads = ReturnType<typeof liveKitReads>;

export function unlessNotFound(error: unknown): undefined {
  if (error instanceof TrunkError && error.code === "not_found") return undefined;
  throw error;
}

function pageAfter(id: string | undefined, limit: number) {
  return { ...(id === undefined ? {} : { after_id: id }), limit };
}
