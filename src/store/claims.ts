import type { Claims } from "../core/store.ts";
import type { Queries, Tenancy } from "./sql.ts";

/** How long a step of a plan is held after its runner was last heard of; its end releases it. */
export const HELD_MS = 15_000;

export function sqlClaims(tenancy: Tenancy): Claims {
  const { sql } = tenancy;
  return {
    claim: (key, owner, ttlMs) => holdInside(sql, tenancy, key, owner, ttlMs),
    release: (key, owner) => releaseInside(sql, tenancy, key, owner),
  };
}

export async function holdInside(inside: Queries, { tenant, clock }: Tenancy, key: string, owner: string, ttlMs: number): Promise<boolean> {
  const now = clock.now();
  const won = await inside.query(
    `INSERT INTO trunkline_claims (tenant, name, owner, expires_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (tenant, name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
     WHERE trunkline_claims.expires_at <= ? OR trunkline_claims.owner = excluded.owner RETURNING owner`,
    [tenant, key, owner, now + ttlMs, now],
  );
  return won.length === 1;
}

/** Everything that this owner holds, it holds longer. */
export async function holdOnInside(inside: Queries, { tenant, clock }: Tenancy, owner: string, ttlMs: number): Promise<void> {
  await inside.query("UPDATE trunkline_claims SET expires_at = ? WHERE tenant = ? AND owner = ?", [clock.now() + ttlMs, tenant, owner]);
}

export async function releaseInside(inside: Queries, { tenant }: Tenancy, key: string, owner: string): Promise<void> {
  await inside.query("DELETE FROM trunkline_claims WHERE tenant = ? AND name = ? AND owner = ?", [tenant, key, owner]);
}
