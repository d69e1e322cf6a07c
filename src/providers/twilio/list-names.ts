import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { ListKind } from "./api.ts";
import type { ListRecord } from "./json.ts";

/**
 * Lists belong to the account, and what is added to one opens every trunk and SIP Domain that uses it. So each trunk has lists of
 * its own, found by their names, which are unique in the account.
 */
export function ownListName(trunkSid: string, kind: ListKind): string {
  return `trunkline ${trunkSid} ${kind === "IpAccessControlLists" ? "ips" : "logins"}`;
}

export function isOwn({ friendly_name }: ListRecord, trunkSid: string, kind: ListKind): boolean {
  return friendly_name === ownListName(trunkSid, kind);
}

export function nameOf({ friendly_name, sid }: Pick<ListRecord, "friendly_name" | "sid">): string {
  return friendly_name || sid;
}

/** Names of the lists that a trunk refers to. */
export function listNames({ attributes }: TrunkDetail, kind: "ip_lists" | "credential_lists"): string[] {
  const names = attributes?.[kind];
  return Array.isArray(names) ? names : [];
}

/** Those that are not the trunk's own: others may use them too. */
export function foreignLists(trunk: TrunkDetail): string[] {
  const all = [...listNames(trunk, "ip_lists"), ...listNames(trunk, "credential_lists")];
  return all.filter((name) => !name.startsWith(`trunkline ${trunk.trunk_id} `));
}

/** A row's id is that of its list and its own: `AL…/IP…`. A list's own id stands for all of it. */
export function partsOf(id: string): [list: string, row: string | undefined] {
  const [list = "", row] = id.split("/");
  return [list, row];
}
