import type { WriteOperation } from "../../../core/carrier/operation.ts";
import type { TrunkAccess } from "../../../core/carrier/provider.ts";
import { TrunkError } from "../../../core/errors.ts";
import { quoteText } from "../../../core/text.ts";
import { readingsOf } from "../../../rules/phone-number.ts";
import type { DidwwApi } from "../api.ts";
import type { DidwwClient } from "../client.ts";
import { isUuid } from "../view.ts";
import type { RouteInput, ShownDid } from "./fields.ts";
import { type DidRecord, didDocumentSchema, type Names, namesOf } from "./json.ts";
import { isSamePlace, placeOf, readPlace } from "./place.ts";
import { didPath, type InboundReads } from "./reads.ts";
import { toShownDid } from "./view.ts";

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
      refuseMoved(input, placeOf(did, names));
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

function isThere(did: DidRecord, { trunk_id, voice_in_trunk_group_id: group, unroute }: RouteInput): boolean {
  if (unroute) return did.trunk_id === undefined && did.group_id === undefined;
  if (group !== undefined) return did.group_id === group && did.trunk_id === undefined;
  return did.trunk_id === trunk_id && did.group_id === undefined;
}

function toRouted(did: DidRecord, names: Names): RoutedDid {
  const silent = [
    did.terminated ? "it is terminated" : undefined,
    did.awaiting_registration ? "it waits for its registration" : undefined,
    did.blocked ? "DIDWW blocks it" : undefined,
  ].find((reason) => reason !== undefined);
  const warnings = silent === undefined ? [] : [`${did.number} does not ring, however it is routed: ${silent}.`];
  return { did: toShownDid(did, names), ...(warnings.length > 0 ? { warnings } : {}) };
}

/** Somebody else routed it since it was shown: what a person agreed to is not true any more. */
function refuseMoved({ phone_number, now_at }: RouteInput, live: string): void {
  if (now_at !== undefined && isSamePlace(now_at, live)) return;
  const now = readPlace(live);
  throw new TrunkError(
    "conflict",
    `The calls of ${quoteText(phone_number)} go ${now ? `to the ${now.kind} ${quoteText(now.name)}` : "nowhere"} now, and did not when this was planned. Nothing was sent.`,
    {
      field: "phone_number",
      hint: "Tell the person where they go now, and call again if it is still wanted.",
      candidates: [],
      applied: false,
    },
  );
}

/** The input with the number's id, its place now, and the trunk that the call is about. */
export async function withPlace(
  input: RouteInput,
  { client, signal }: TrunkAccess<DidwwClient> & { signal: AbortSignal },
): Promise<RouteInput> {
  const { did, names } = await findDid(input.phone_number, client, signal);
  const known = { ...input, phone_number: did.number, did_id: did.id, now_at: placeOf(did, names) };
  if (input.voice_in_trunk_group_id !== undefined)
    return { ...known, trunk_id: await memberOf(input.voice_in_trunk_group_id, client, signal) };
  if (input.unroute !== true) return known;
  const now = readPlace(known.now_at);
  if (!now)
    throw new TrunkError("not_found", `The calls of ${did.number} go nowhere already. Nothing was sent.`, {
      field: "unroute",
      applied: false,
    });
  return { ...known, trunk_id: now.kind === "trunk" ? now.id : await memberOf(now.id, client, signal) };
}

async function findDid(said: string, client: DidwwClient, signal: AbortSignal): Promise<{ did: DidRecord; names: Names }> {
  if (isUuid(said)) return await client.getDid(said, signal);
  const found = await client.didsSaid(readingsOf(said), signal);
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  const field = "phone_number";
  if (!only) {
    throw new TrunkError("not_found", `This DIDWW account has no DID with the number ${quoteText(said)}. Nothing was sent.`, {
      field,
      hint: "didww_list_dids shows the account's numbers.",
      applied: false,
    });
  }
  throw new TrunkError("conflict", `${found.length} DIDs may be meant by ${quoteText(said)}. Nothing was sent.`, {
    field,
    hint: "Pass the number with its country code.",
    candidates: found.map(({ did }) => did.number),
    applied: false,
  });
}

/** The trunk of a group in whose name a person is asked. */
async function memberOf(groupId: string, client: DidwwClient, signal: AbortSignal): Promise<string> {
  const { name, trunk_ids } = await client.getGroup(groupId, signal);
  if (trunk_ids[0] !== undefined) return trunk_ids[0];
  throw new TrunkError("unsupported", `The group ${quoteText(name)} has no trunk: no call gets through over it. Nothing was sent.`, {
    field: "voice_in_trunk_group_id",
    hint: "Put a trunk into it first, or take another group.",
    applied: false,
  });
}
