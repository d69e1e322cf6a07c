import { digest } from "../../core/canonical.ts";
import {
  type CarrierServices,
  type ConnectedProvider,
  connectOver,
  type ReadTrunk,
  type TrunkReader,
} from "../../core/carrier/provider.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { RateLimit, Wire } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { quoteText } from "../../core/text.ts";
import { looksLikeNumber } from "../../rules/number-shape.ts";
import { listRecords, type VyomApi } from "./api.ts";
import { createOutboundTrunk, refuseTakenName } from "./create.ts";
import { deactivateTrunk } from "./deactivate.ts";
import type { TrunkRecord } from "./json.ts";
import { vyomMemory } from "./memory.ts";
import { toTrunkDetail } from "./view.ts";

export interface VyomAccount {
  key: Secret;
  baseUrl: string;
  limit: RateLimit;
}

function openVyom({ key, baseUrl, limit }: VyomAccount, account: string, { openWire }: CarrierServices): Wire {
  return openWire({
    account,
    title: "Vyom",
    baseUrl,
    baseUrlSetting: "VYOM_BASE_URL",
    limit,
    headers: () => ({ authorization: `Bearer ${key.reveal()}` }),
  });
}

function clientOver(wire: Wire, shared: Omit<VyomApi, "wire">) {
  const api: VyomApi = { wire, ...shared };
  return {
    listTrunks: (signal?: AbortSignal) => listRecords(api, signal),
    recallTrunk: api.memory.recallTrunk,
    createOutboundTrunk: createOutboundTrunk(api),
    refuseTakenName: (trunkName: string, signal?: AbortSignal) => refuseTakenName(api, trunkName, signal),
    deactivateTrunk: deactivateTrunk(api),
  };
}

export type VyomClient = ReturnType<typeof clientOver>;

const vyomTrunks: TrunkReader<VyomClient> = {
  // A name may begin like an id, so the rest has to look like one too.
  isTrunkId: (value) => /^(ST_[A-Za-z0-9]{8,}|exotel_[0-9a-f]{8,})$/.test(value),

  pageSize: Number.MAX_SAFE_INTEGER,

  async list(client, { from = "0", limit, signal }) {
    const records = await client.listTrunks(signal);
    const start = /^\d{1,9}$/.test(from) ? Number(from) : 0;
    const trunks = await Promise.all(records.slice(start, start + limit).map((record) => toWhole(client, record)));
    return { trunks, next: start + limit < records.length ? String(start + limit) : undefined, total: records.length };
  },

  async withNumber(client, said, signal) {
    if (!looksLikeNumber(said)) return [];
    const { havingNumber } = await import("../../rules/phone-number.ts");
    const records = await client.listTrunks(signal);
    return havingNumber(await Promise.all(records.map((record) => toWhole(client, record))), said);
  },

  async get(client, trunkId, signal) {
    const record = (await client.listTrunks(signal)).find(({ trunk_id }) => trunk_id === trunkId);
    if (record) return withWarnings(await toWhole(client, record));
    const message = `Vyom's list of active trunks has no ${quoteText(trunkId)}; it may be deactivated, or another user's.`;
    throw new TrunkError("not_found", message, { field: "trunk_id" });
  },

  async named(client, name, signal) {
    const records = await client.listTrunks(signal);
    return await Promise.all(records.filter(({ trunk_name }) => trunk_name === name).map((record) => toWhole(client, record)));
  },

  complete: { requests: 0, run: async (_, row) => withWarnings(row) },
};

async function toWhole(client: VyomClient, record: TrunkRecord): Promise<TrunkDetail> {
  return toTrunkDetail(record, await client.recallTrunk(record.trunk_id));
}

function withWarnings(trunk: TrunkDetail): ReadTrunk {
  const warning = trunk.remembered
    ? "Vyom does not show a trunk's configuration; what stands here beside id and name is what this server sent when it created the trunk."
    : "Vyom does not show a trunk's configuration, and this server did not create this trunk.";
  return { trunk, warnings: [warning] };
}

export function connectVyom(account: VyomAccount, services: CarrierServices): ConnectedProvider<VyomClient> {
  // Vyom names no account. The key stands for one, but it must not be readable in what is kept under its name.
  const name = `vyom:${digest("vyom", account.key.reveal()).slice(0, 12)}`;
  const shared = { host: new URL(account.baseUrl).host, memory: vyomMemory(services.memory(name)), account: name };
  return connectOver(openVyom(account, name, services), (wire) => clientOver(wire, shared), vyomTrunks);
}
