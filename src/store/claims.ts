import type { Claims } from "../core/store/store.ts";
import { isOwnerDead, marked } from "./process-mark.ts";
import { placeholderList, placeholderRows, type Queries, type Tenancy } from "./sql.ts";

export function sqlClaims(tenancy: Tenancy): Claims {
  const { sql, tenant, clock } = tenancy;
  return {
    claim: (key, owner, ttlMs) => lockInside(sql, tenancy, [key], owner, ttlMs),
    async lock(key, owner, ttlMs) {
      const take = () => lockInside(sql, tenancy, [key], marked(owner), ttlMs);
      if (await take()) return "taken";
      const [held] = await sql.query<{ owner: string }>("SELECT owner FROM trunkline_claims WHERE tenant = ? AND name = ?", [tenant, key]);
      if (!held || !isOwnerDead(held.owner)) return "busy";
      await unlockInside(sql, tenancy, [key], held.owner);
      return (await take()) ? "inherited" : "busy";
    },
    release: (key, owner) => unlockInside(sql, tenancy, [key], owner),
    unlock: (key, owner) => unlockInside(sql, tenancy, [key], marked(owner)),
    async isHeld(key) {
      const text = "SELECT owner FROM trunkline_claims WHERE tenant = ? AND name = ? AND expires_at > ?";
      return (await sql.query(text, [tenant, key, clock.now()])).length > 0;
    },
  };
}

/** Whether the owner has all of them now; where it has not, what it got is for the caller to undo. */
export async function lockInside(
  inside: Queries,
  { tenant, clock }: Tenancy,
  keys: readonly string[],
  owner: string,
  ttlMs: number,
): Promise<boolean> {
  const now = clock.now();
  // In one order for all: two that want the same keys wait for each other once, and not in a circle.
  const names = [...new Set(keys)].sort();
  const won = await inside.query(
    `INSERT INTO trunkline_claims (tenant, name, owner, expires_at) VALUES ${placeholderRows(names.length, 4)}
     ON CONFLICT (tenant, name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
     WHERE trunkline_claims.expires_at <= ? OR trunkline_claims.owner = excluded.owner RETURNING owner`,
    [...names.flatMap((name) => [tenant, name, owner, now + ttlMs]), now],
  );
  return won.length === names.length;
}

/** Everything that this owner holds, it holds longer. */
export async function renewLocksInside(inside: Queries, { tenant, clock }: Tenancy, owner: string, ttlMs: number): Promise<void> {
  await inside.query("UPDATE trunkline_claims SET expires_at = ? WHERE tenant = ? AND owner = ?", [clock.now() + ttlMs, tenant, owner]);
}

export async function unlockInside(inside: Queries, { tenant }: Tenancy, keys: readonly string[], owner: string): Promise<void> {
  const text = `DELETE FROM trunkline_claims WHERE tenant = ? AND owner = ? AND name IN (${placeholderList(keys.length)})`;
  await inside.query(text, [tenant, owner, ...keys]);
}
