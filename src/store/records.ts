import { canonicalJson } from "../core/canonical.ts";
import { Secret } from "../core/secret.ts";
import type { Memory, SecretStore, Snapshots } from "../core/store/store.ts";
import type { Sealing } from "./sealing.ts";
import { randomId, type Tenancy } from "./sql.ts";

interface Content {
  content: string;
}

export function sqlSecrets({ sql, tenant }: Tenancy, sealing: Sealing): SecretStore {
  return {
    async keep(secret) {
      if (secret.ref === undefined) return;
      await sql.query(
        `INSERT INTO trunkline_secrets (tenant, ref, content) VALUES (?, ?, ?)
         ON CONFLICT (tenant, ref) DO UPDATE SET content = excluded.content`,
        [tenant, secret.ref, sealing.seal(tenant, secret.ref, secret.reveal())],
      );
    },
    async find(ref) {
      const [row] = await sql.query<Content>("SELECT content FROM trunkline_secrets WHERE tenant = ? AND ref = ?", [tenant, ref]);
      return row && new Secret(sealing.open(tenant, ref, row.content), ref);
    },
    async forget(ref) {
      await sql.query("DELETE FROM trunkline_secrets WHERE tenant = ? AND ref = ?", [tenant, ref]);
    },
  };
}

export function sqlSnapshots({ sql, tenant, clock }: Tenancy): Snapshots {
  return {
    async keep(principal, state) {
      const id = randomId("snap");
      await sql.query("INSERT INTO trunkline_snapshots (tenant, id, principal, content, at) VALUES (?, ?, ?, ?, ?)", [
        ...[tenant, id, principal, canonicalJson(state)],
        clock.now(),
      ]);
      return id;
    },
    async find(principal, id) {
      const [row] = await sql.query<Content>("SELECT content FROM trunkline_snapshots WHERE tenant = ? AND id = ? AND principal = ?", [
        tenant,
        id,
        principal,
      ]);
      return row && JSON.parse(row.content);
    },
  };
}

export function sqlMemory({ sql, tenant }: Tenancy, account: string): Memory {
  return {
    async remember(key, value) {
      await sql.query(
        `INSERT INTO trunkline_memory (tenant, account, name, content) VALUES (?, ?, ?, ?)
         ON CONFLICT (tenant, account, name) DO UPDATE SET content = excluded.content`,
        [tenant, account, key, canonicalJson(value)],
      );
    },
    async recall(key) {
      const [row] = await sql.query<Content>("SELECT content FROM trunkline_memory WHERE tenant = ? AND account = ? AND name = ?", [
        tenant,
        account,
        key,
      ]);
      return row && JSON.parse(row.content);
    },
    async forget(key) {
      await sql.query("DELETE FROM trunkline_memory WHERE tenant = ? AND account = ? AND name = ?", [tenant, account, key]);
    },
  };
}
