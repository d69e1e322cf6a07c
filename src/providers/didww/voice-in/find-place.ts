import type { TrunkAccess } from "../../../core/carrier/provider.ts";
import { TrunkError } from "../../../core/errors.ts";
import { quoteText } from "../../../core/text.ts";
import { readingsOf } from "../../../rules/phone-number.ts";
import type { DidwwClient } from "../operations.ts";
import { isUuid } from "../view.ts";
import type { RouteInput } from "./fields.ts";
import type { DidRecord, Names } from "./json.ts";
import { isThere, placeOf, readPlace, refuseMoved } from "./place.ts";

/** The input with the number's id, its place now, and the trunk that the call is about. */
export async function withPlace(
  input: RouteInput,
  { client, signal }: TrunkAccess<DidwwClient> & { signal: AbortSignal },
): Promise<RouteInput> {
  const { did, names } = await findDid(input.phone_number, client, signal);
  const place = placeOf(did, names);
  // A step of a plan says where the number went when it was shown; so may a caller, who is not believed either.
  if (input.now_at !== undefined) refuseMoved(input, did, names);
  // A step that took effect is settled by the arguments that it had.
  if (input.now_at !== undefined && isThere(did, input)) return { ...input, phone_number: did.number, did_id: did.id };
  const known = { ...input, phone_number: did.number, did_id: did.id, now_at: place };
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
