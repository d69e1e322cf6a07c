import type { Claims } from "../core/store.ts";
import type { Tenancy } from "./sql.ts";

export function sqlClaims({ sql, tenant, clock }: Tenancy): Claims {
  return {
    async claim(key, owner, ttlMs) {
      const now = clock.now();
      const won = await sql.query(
        `INSERT INTO trunkline_claims (tenant, name, owner, expires_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (tenant, name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
         WHERE trunkline_claims.expires_at <= ? OR trunkline_claims.owner = excluded.owner RETURNING owner`,
        [tenant, key, owner, now + ttlMs, now],
      );
      return won.length === 1;
    },
    async release(key, owner) {
      await sql.query("DELETE FROM trunkline_claims WHERE tenant = ? AND name = ? AND owner = ?", [tenant, key, owner]);
    },
  };
}
