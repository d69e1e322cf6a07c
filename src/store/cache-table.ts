import { EventEmitter } from "node:events";
import type { KeyvStoreAdapter } from "keyv";
import type { Queries } from "./sql.ts";

/** A store of keyv's in the database that replicas share. The daily tidying removes expired rows. */
export function cacheTable(tenant: string, sql: Queries): KeyvStoreAdapter {
  return Object.assign(new EventEmitter(), {
    opts: {},
    // Keyv parses the text of its own making that it is given here.
    async get<Value>(name: string) {
      const text = "SELECT content FROM trunkline_cache WHERE tenant = ? AND name = ? AND expires_at > ?";
      const [row] = await sql.query<{ content: Value }>(text, [tenant, name, Date.now()]);
      return row?.content;
    },
    async set(name: string, content: string, ttlMs = 0) {
      await sql.query(
        `INSERT INTO trunkline_cache (tenant, name, content, expires_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (tenant, name) DO UPDATE SET content = excluded.content, expires_at = excluded.expires_at`,
        [tenant, name, content, Date.now() + ttlMs],
      );
    },
    async delete(name: string) {
      return (await sql.query("DELETE FROM trunkline_cache WHERE tenant = ? AND name = ? RETURNING name", [tenant, name])).length === 1;
    },
    async clear() {
      await sql.query("DELETE FROM trunkline_cache WHERE tenant = ?", [tenant]);
    },
  });
}
