import { TrunkError } from "../../../core/errors.ts";
import { quoteText } from "../../../core/text.ts";
import type { RouteInput } from "./fields.ts";
import type { DidRecord, Names } from "./json.ts";

/** The place to which a number's calls go, as one text: `trunk:<id>:<name>`, `group:<id>:<name>`, or `nowhere`. */
export function placeOf({ trunk_id, group_id }: Pick<DidRecord, "trunk_id" | "group_id">, names: Names): string {
  const [kind, id] = trunk_id === undefined ? ["group", group_id] : ["trunk", trunk_id];
  return id === undefined ? NOWHERE : `${kind}:${id}:${names.get(id) ?? id}`;
}

export const NOWHERE = "nowhere";

export function readPlace(place: string): { kind: "trunk" | "group"; id: string; name: string } | undefined {
  const [, kind, id = "", name = ""] = /^(trunk|group):([^:]+):(.*)$/s.exec(place) ?? [];
  return kind === undefined ? undefined : { kind: kind as "trunk" | "group", id, name };
}

/** Names may change in between; where the calls go may not. */
function isSamePlace(one: string, other: string): boolean {
  const [a, b] = [readPlace(one), readPlace(other)];
  return a?.kind === b?.kind && a?.id === b?.id;
}

/** Somebody else routed it since it was shown: what a person agreed to is not true any more. */
export function refuseMoved(input: RouteInput, did: DidRecord, names: Names): void {
  const { phone_number, now_at } = input;
  const live = placeOf(did, names);
  if ((now_at !== undefined && isSamePlace(now_at, live)) || isThere(did, input)) return;
  const now = readPlace(live);
  throw new TrunkError(
    "conflict",
    `The calls of ${quoteText(phone_number)} go ${now ? `to the ${now.kind} ${quoteText(now.name)}` : "nowhere"} now, and did not when this was planned. Nothing was sent.`,
    {
      field: "phone_number",
      hint: "Tell the person where they go now, and call again if it is still wanted.",
      applied: false,
    },
  );
}

/** Its calls go where the call wants them: an earlier call like it took effect, or there is nothing to do. */
export function isThere(did: DidRecord, { trunk_id, voice_in_trunk_group_id: group, unroute }: RouteInput): boolean {
  if (unroute) return did.trunk_id === undefined && did.group_id === undefined;
  if (group !== undefined) return did.group_id === group && did.trunk_id === undefined;
  return did.trunk_id === trunk_id && did.group_id === undefined;
}
