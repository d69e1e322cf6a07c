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
import type { Secret } from "../../core/secret.ts";
import { looksLikeNumber } from "../../rules/number-shape.ts";
import { didwwAnswers } from "./answers.ts";
import type { DidwwApi } from "./api.ts";
import { createTrunk } from "./create.ts";
import { didwwReads, type FoundTrunk, MAX_PAGE_SIZE } from "./reads.ts";
import { createSpoken, type Version } from "./versions.ts";
import { isUuid, toCredential, toDetail } from "./view.ts";
import { deleteTrunk, regenerateCredentials, updateTrunk } from "./writes.ts";

export interface DidwwAccount {
  key: Secret;
  /** The version to ask for; the account decides. */
  version: Version;
  baseUrl: string;
  limit: RateLimit;
}

const MEDIA_TYPE = "application/vnd.api+json";

function openDidww(account: DidwwAccount, name: string, { openWire }: CarrierServices): Wire {
  return openWire({
    account: name,
    title: "DIDWW",
    baseUrl: account.baseUrl,
    baseUrlSetting: "DIDWW_BASE_URL or DIDWW_ENVIRONMENT",
    limit: account.limit,
    headers: () => ({
      accept: MEDIA_TYPE,
      "content-type": MEDIA_TYPE,
      "api-key": account.key.reveal(),
      "x-didww-api-version": account.version,
    }),
  });
}

function clientOver(wire: Wire, shared: Omit<DidwwApi, "wire">) {
  const api: DidwwApi = { wire, ...shared };
  const reads = didwwReads(api);
  return {
    listTrunks: reads.listTrunks,
    getTrunk: reads.getTrunk,
    trunksWithDids: reads.trunksWithDids,
    trunksWith: reads.trunksWith,
    didsWith: reads.didsWith,
    /** The version that the account speaks, as far as its answers told. */
    apiVersion: api.spoken.version,
    createVoiceOutTrunk: createTrunk(api, reads),
    updateVoiceOutTrunk: updateTrunk(api, reads),
    deleteVoiceOutTrunk: deleteTrunk(api, reads),
    regenerateCredentials: regenerateCredentials(api, reads),
  };
}

export type DidwwClient = ReturnType<typeof clientOver>;

/** Listed with its numbers, a trunk is whole. */
const didwwTrunks: TrunkReader<DidwwClient> = {
  isTrunkId: isUuid,
  pageSize: MAX_PAGE_SIZE,

  async list(client, { from, limit, namesOnly, signal }) {
    const { trunks, next, total } = await client.listTrunks({ from, limit, include: namesOnly ? undefined : "dids", signal });
    return { trunks: trunks.map((found) => toWhole(client, found)), next, total };
  },

  async withNumber(client, said, signal) {
    if (!looksLikeNumber(said)) return [];
    const { havingNumber } = await import("../../rules/phone-number.ts");
    const found = await client.trunksWithDids(signal);
    return havingNumber(
      found.map((one) => toWhole(client, one)),
      said,
    );
  },

  get: async (client, trunkId, signal) => withWarnings(toWhole(client, await client.getTrunk(trunkId, signal))),

  named: async (client, name, signal) => (await client.trunksWith("name", name, signal)).map((found) => toWhole(client, found)),
  complete: { requests: 0, run: async (_, row) => withWarnings(row) },
};

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

export async function connectDidww(account: DidwwAccount, services: CarrierServices): Promise<ConnectedProvider<DidwwClient>> {
  const { host } = new URL(account.baseUrl);
  // An account has no name of its own here: its key is it, and must not be written anywhere.
  const name = `didww:${digest(host, account.key.reveal()).slice(0, 16)}`;
  const spoken = createSpoken(account.version);
  const shared = { spoken, answers: didwwAnswers(spoken, host), memory: services.memory(name) };
  return connectOver(openDidww(account, name, services), (wire) => clientOver(wire, shared), didwwTrunks);
}
