import type { TrunkDetail } from "../../core/carrier/trunk.ts";

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
