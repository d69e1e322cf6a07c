import { digest } from "../../core/canonical.ts";
import { type CarrierServices, type ConnectedProvider, connectOver, type TrunkReader } from "../../core/carrier/provider.ts";
import type { RateLimit, Wire } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { quoteText } from "../../core/text.ts";
import { looksLikeNumber } from "../../rules/number-shape.ts";
import { listRecords, type VyomApi } from "./api.ts";
import { createOutboundTrunk } from "./create.ts";
import { deactivateTrunk } from "./deactivate.ts";
import { vyomMemory } from "./memory.ts";
import { toTrunk, toTrunkDetail } from "./view.ts";

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
    deactivateTrunk: deactivateTrunk(api),
  };
}

export type VyomClient = ReturnType<typeof clientOver>;

const vyomTrunks: TrunkReader<VyomClient> = {
  // A name may begin like an id, so the rest has to look like one too.
  isTrunkId: (value) => /^(ST_[A-Za-z0-9]{8,}|exotel_[0-9a-f]{8,})$/.test(value),

  async list(client, { from = "0", limit, signal }) {
    const records = await client.listTrunks(signal);
    const start = /^\d{1,9}$/.test(from) ? Number(from) : 0;
    const page = records.slice(start, start + limit);
    const trunks = await Promise.all(page.map(async (record) => toTrunk(record, await client.recallTrunk(record.trunk_id))));
    return { trunks, next: start + limit < records.length ? String(start + limit) : undefined };
  },

  async withNumber(client, said, signal) {
    if (!looksLikeNumber(said)) return [];
    const { mayMean } = await import("../../rules/phone-number.ts");
    const records = await client.listTrunks(signal);
    const trunks = await Promise.all(records.map(async (record) => toTrunkDetail(record, await client.recallTrunk(record.trunk_id))));
    return trunks.filter(({ phone_numbers = [] }) => phone_numbers.some(({ phone_number }) => mayMean(said, phone_number)));
  },

  async get(client, trunkId, signal) {
    const record = (await client.listTrunks(signal)).find(({ trunk_id }) => trunk_id === trunkId);
    if (!record) {
      throw new TrunkError(
        "not_found",
        `Vyom's list of active trunks has no ${quoteText(trunkId)}; it may be deactivated, or another user's.`,
        { field: "trunk_id" },
      );
    }
    const remembered = await client.recallTrunk(trunkId);
    const warnings = remembered
      ? [
          "Vyom does not show a trunk's configuration; what stands here beside id and name is what this server sent when it created the trunk.",
        ]
      : ["Vyom does not show a trunk's configuration, and this server did not create this trunk."];
    return { trunk: toTrunkDetail(record, remembered), warnings };
  },
};

export function connectVyom(account: VyomAccount, services: CarrierServices): ConnectedProvider<VyomClient> {
  // Vyom names no account. The key stands for one, but it must not be readable in what is kept under its name.
  const name = `vyom:${digest("vyom", account.key.reveal()).slice(0, 12)}`;
  const shared = { host: new URL(account.baseUrl).host, memory: vyomMemory(services.memory(name)), account: name };
  return connectOver(openVyom(account, name, services), (wire) => clientOver(wire, shared), vyomTrunks);
}
