import type { WriteOperation } from "../../../core/carrier/operation.ts";
import type { DidwwApi } from "../api.ts";
import type { RouteInput, ShownDid } from "./fields.ts";
import { type DidRecord, didDocumentSchema, type Names, namesOf } from "./json.ts";
import { isThere, refuseMoved } from "./place.ts";
import { didPath, type InboundReads } from "./reads.ts";
import { toShownDid, whySilent } from "./view.ts";

export interface RoutedDid {
  did: ShownDid;
  warnings?: string[];
}

/** Both ends are sent, since a number goes to one of them: nobody documents what becomes of the other. */
export function routeDid(api: DidwwApi, reads: InboundReads): WriteOperation<RouteInput, RoutedDid> {
  const settle = async (input: RouteInput) => {
    const { did, names } = await reads.getDid(input.did_id ?? "");
    return isThere(did, input) ? toRouted(did, names) : undefined;
  };
  return {
    settle,
    async send(input, signal) {
      const { did, names } = await reads.getDid(input.did_id ?? "", signal);
      refuseMoved(input, did, names);
      return await api.wire.send({
        effect: "write",
        method: "PATCH",
        operation: "route a DID",
        path: didPath(did.id),
        query: { include: "voice_in_trunk,voice_in_trunk_group" },
        body: { data: { id: did.id, type: "dids", relationships: relationshipsOf(input) } },
        parse: (answer) => {
          const { data, included } = api.answers.document(answer, didDocumentSchema);
          return toRouted(data, namesOf(included));
        },
        settle: () => settle(input),
        signal,
      });
    },
  };
}

/** A group is told beside the trunk of it that the call is about. */
function relationshipsOf({ trunk_id, voice_in_trunk_group_id: group, unroute }: RouteInput): object {
  const trunk = unroute === true || group !== undefined ? undefined : trunk_id;
  return {
    voice_in_trunk: { data: trunk === undefined ? null : { type: "voice_in_trunks", id: trunk } },
    voice_in_trunk_group: { data: group === undefined || unroute ? null : { type: "voice_in_trunk_groups", id: group } },
  };
}

function toRouted(did: DidRecord, names: Names): RoutedDid {
  const silent = whySilent(did);
  const warnings = silent === undefined ? [] : [`${did.number} does not ring, however it is routed: ${silent}.`];
  return { did: toShownDid(did, names), ...(warnings.length > 0 ? { warnings } : {}) };
}
