import type { Wire } from "../../core/carrier/wire.ts";
import type { DidwwApi } from "./api.ts";
import { createTrunk } from "./create.ts";
import { didwwReads } from "./reads.ts";
import { inboundReads } from "./voice-in/reads.ts";
import { routeDid } from "./voice-in/route.ts";
import { inboundWrites } from "./voice-in/writes.ts";
import { deleteTrunk, regenerateCredentials, updateTrunk } from "./writes.ts";

/** Everything that one account's client can do. */
export function clientOver(wire: Wire, shared: Omit<DidwwApi, "wire">) {
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
