import { randomUUID } from "node:crypto";
import {
  type CarrierServices,
  type ConnectedProvider,
  connectOver,
  type ReadTrunk,
  type TrunkReader,
} from "../../core/carrier/provider.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { RateLimit, Wire } from "../../core/carrier/wire.ts";
import type { Secret } from "../../core/secret.ts";
import { looksLikeNumber } from "../../rules/number-shape.ts";
import type { LiveKitApi } from "./api.ts";
import type { TrunkRecord } from "./json.ts";
import { type Direction, liveKitReads, PAGE_SIZE } from "./reads.ts";
import { createRule, deleteRule, inboundIds, updateRule } from "./rules.ts";
import { mintToken } from "./token.ts";
import { createInbound, createOutbound, deleteTrunk, updateInbound, updateOutbound } from "./trunks.ts";
import { isTrunkId, toDetail } from "./view.ts";

export interface LiveKitAccount {
  key: string;
  secret: Secret;
  baseUrl: string;
  sipHost: string | undefined;
  limit: RateLimit;
}

function openLiveKit({ key, secret, baseUrl, limit }: LiveKitAccount, account: string, { openWire }: CarrierServices): Wire {
  return openWire({
    account,
    title: "LiveKit",
    baseUrl,
    baseUrlSetting: "LIVEKIT_URL",
    limit,
    // The Cloud reads the id of a request; that a repeated one is done once, nobody promises.
    headers: () => ({ authorization: `Bearer ${mintToken(key, secret.reveal())}`, "x-livekit-request-id": randomUUID() }),
  });
}

function clientOver(wire: Wire, shared: Omit<LiveKitApi, "wire">) {
  const api: LiveKitApi = { wire, ...shared };
  const reads = liveKitReads(api);
  return {
    reads,
    sipHost: api.sipHost,
    inboundIds: (said: readonly string[], signal?: AbortSignal) => inboundIds(reads, said, signal),
    createInboundTrunk: createInbound(api, reads),
    updateInboundTrunk: updateInbound(api, reads),
    createOutboundTrunk: createOutbound(api, reads),
    updateOutboundTrunk: updateOutbound(api, reads),
    deleteTrunk: deleteTrunk(api, reads),
    createDispatchRule: createRule(api, reads),
    updateDispatchRule: updateRule(api, reads),
    deleteDispatchRule: deleteRule(api, reads),
  };
}

export type LiveKitClient = ReturnType<typeof clientOver>;

/** Inbound trunks, and then outbound ones: a position is the kind and the last id. */
const liveKitTrunks: TrunkReader<LiveKitClient> = {
  isTrunkId,
  pageSize: PAGE_SIZE,

  async list({ reads, sipHost }, { from = "in:", limit, signal }) {
    const direction: Direction = from.startsWith("out:") ? "outbound" : "inbound";
    const afterId = /^(?:in|out):(\w+)$/.exec(from)?.[1];
    const { rows, next } = await reads.page(direction, { afterId, limit, signal });
    const on = next === undefined ? (direction === "inbound" ? "out:" : undefined) : `${direction === "inbound" ? "in" : "out"}:${next}`;
    return { trunks: rows.map((row) => toDetail(row, sipHost)), next: on };
  },

  async withNumber(client, said, signal) {
    if (!looksLikeNumber(said)) return [];
    const { havingNumber } = await import("../../rules/phone-number.ts");
    return havingNumber(await everyTrunk(client, signal), said);
  },

  async get(client, trunkId, signal) {
    const { record } = await client.reads.trunk(trunkId, signal);
    return await withRules(client, record, signal);
  },

  named: async (client, name, signal) => (await everyTrunk(client, signal)).filter((trunk) => trunk.trunk_name === name),
};

async function everyTrunk({ reads, sipHost }: LiveKitClient, signal?: AbortSignal): Promise<TrunkDetail[]> {
  const [inbound, outbound] = await Promise.all([reads.all("inbound", { signal }), reads.all("outbound", { signal })]);
  return [...inbound, ...outbound].map((record) => toDetail(record, sipHost));
}

async function withRules({ reads, sipHost }: LiveKitClient, record: TrunkRecord, signal?: AbortSignal): Promise<ReadTrunk> {
  if (record.direction === "outbound") return { trunk: toDetail(record, sipHost), warnings: [] };
  const rules = await reads.rules({ trunkIds: [record.sip_trunk_id] }, signal);
  return {
    trunk: toDetail(
      record,
      sipHost,
      rules.map((one) => one.record),
    ),
    warnings: [],
  };
}

export function connectLiveKit(account: LiveKitAccount, services: CarrierServices): ConnectedProvider<LiveKitClient> {
  const { host } = new URL(account.baseUrl);
  const name = `livekit:${host}:${account.key}`;
  const shared = { host, account: name, memory: services.memory(name), sipHost: account.sipHost };
  return connectOver(openLiveKit(account, name, services), (wire) => clientOver(wire, shared), liveKitTrunks);
}
