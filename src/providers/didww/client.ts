import { digest } from "../../core/canonical.ts";
import { type CarrierServices, type ConnectedProvider, connectOver } from "../../core/carrier/provider.ts";
import type { RateLimit, Wire } from "../../core/carrier/wire.ts";
import type { Secret } from "../../core/secret.ts";
import { didwwAnswers } from "./answers.ts";
import type { DidwwApi } from "./api.ts";
import { createTrunk } from "./create.ts";
import { didwwTrunks } from "./reader.ts";
import { didwwReads } from "./reads.ts";
import { createSpoken, type Version } from "./versions.ts";
import { inboundReads } from "./voice-in/reads.ts";
import { routeDid } from "./voice-in/route.ts";
import { inboundWrites } from "./voice-in/writes.ts";
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
  const inbound = inboundReads(api);
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
    ...inbound,
    kinds: api.kinds,
    /** The account's DIDs with one of these numbers, in E.164, with their routes. */
    didsSaid: async (numbers: readonly string[], signal?: AbortSignal) => {
      const pages = await Promise.all(numbers.map((number) => inbound.listDids({ filter: { number: number.replace("+", "") }, signal })));
      return pages.flatMap(({ rows, names }) => rows.filter((did) => numbers.includes(did.number)).map((did) => ({ did, names })));
    },
    ...inboundWrites(api, reads.version, inbound),
    routeDid: routeDid(api, inbound),
  };
}

export type DidwwClient = ReturnType<typeof clientOver>;

export async function connectDidww(account: DidwwAccount, services: CarrierServices): Promise<ConnectedProvider<DidwwClient>> {
  const { host } = new URL(account.baseUrl);
  // An account has no name of its own here: its key is it, and must not be written anywhere.
  const name = `didww:${digest(host, account.key.reveal()).slice(0, 16)}`;
  const spoken = createSpoken(account.version);
  const shared: Omit<DidwwApi, "wire"> = { spoken, answers: didwwAnswers(spoken, host), memory: services.memory(name), kinds: new Map() };
  return connectOver(openDidww(account, name, services), (wire) => clientOver(wire, shared), didwwTrunks);
}
