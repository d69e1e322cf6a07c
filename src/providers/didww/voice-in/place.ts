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
export function isSamePlace(one: string, other: string): boolean {
  const [a, b] = [readPlace(one), readPlace(other)];
  return a?.kind === b?.kind && a?.id === b?.id;
}
