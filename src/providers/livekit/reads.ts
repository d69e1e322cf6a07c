import { allPages } from "../../core/carrier/all-pages.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { type LiveKitApi, read } from "./api.ts";
import {
  type Got,
  gotSchema,
  type InboundRecord,
  inboundSchema,
  listedSchema,
  type OutboundRecord,
  outboundSchema,
  type RuleRecord,
  ruleSchema,
  type TrunkRecord,
} from "./json.ts";

export type Direction = TrunkRecord["direction"];

export interface Listing {
  afterId?: string | undefined;
  limit?: number | undefined;
  numbers?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

/** A page of LiveKit's own; a self-hosted server answers all rows whatever was asked for. */
export const PAGE_SIZE = 100;

const words = { inbound: "Inbound", outbound: "Outbound" } as const;
const lists = { inbound: listedSchema<TrunkRecord>(inboundSchema), outbound: listedSchema<TrunkRecord>(outboundSchema) };
const singles = { inbound: gotSchema<TrunkRecord>(inboundSchema), outbound: gotSchema<TrunkRecord>(outboundSchema) };
const ruleList = listedSchema<RuleRecord>(ruleSchema);

export function liveKitReads(api: LiveKitApi) {
  /** A page in order of ids, and the id from which the next one goes on. */
  async function page(direction: Direction, { afterId, limit = PAGE_SIZE, numbers, signal }: Listing) {
    const body = { page: pageAfter(afterId, limit), ...(numbers ? { numbers } : {}) };
    const asked = { method: `ListSIP${words[direction]}Trunk`, operation: `list ${direction} trunks`, body };
    const { items } = await read(api, asked, lists[direction], signal);
    const rows = items.map(({ record }) => record).slice(0, limit);
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
    const asked = { method: `GetSIP${words[direction]}Trunk`, operation: `read an ${direction} trunk`, body: { sip_trunk_id: id } };
    return (await read(api, asked, singles[direction], signal)).trunk;
  }

  async function rules(filter: { ids?: string[]; trunkIds?: string[] }, signal?: AbortSignal): Promise<Got<RuleRecord>[]> {
    const filters = {
      ...(filter.ids ? { dispatch_rule_ids: filter.ids } : {}),
      ...(filter.trunkIds ? { trunk_ids: filter.trunkIds } : {}),
    };
    return await allPages(async (from) => {
      const body = { page: pageAfter(from, PAGE_SIZE), ...filters };
      const { items: rows } = await read(api, { method: "ListSIPDispatchRule", operation: "list dispatch rules", body }, ruleList, signal);
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
