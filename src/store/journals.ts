import { canonicalJson } from "../core/canonical.ts";
import type { Clock } from "../core/clock.ts";
import type { Journals } from "../core/store/journal.ts";
import { lockHead } from "./chain.ts";
import { sqlJournal } from "./journal.ts";
import { readRoll, sealAsItIs } from "./journal-seal.ts";
import type { Sql } from "./sql.ts";
import { verify, verifyChain } from "./verify.ts";

/** The journals of all tenants in an open database. */
export function sqlJournals(sql: Sql, clock: Clock, where: string): Journals {
  const { journalSeal: seal } = sql;
  return {
    where,
    keyed: seal !== undefined,
    async list() {
      const found = await sql.query<{ tenant: string }>(
        "SELECT tenant FROM trunkline_journal_heads UNION SELECT tenant FROM trunkline_journal",
      );
      const roll = seal ? await readRoll(sql, seal) : { tenants: {}, holds: true };
      const tenants = new Set([...found.map(({ tenant }) => tenant), ...Object.keys(roll.tenants)]);
      return { tenants: [...tenants].sort(), holds: roll.holds };
    },
    of: (tenant) => sqlJournal({ sql, tenant, clock }),
    audit: (tenant, noted, told) => verify({ sql, tenant }, noted, told),
    async seal(tenant) {
      if (!seal) return false;
      for (;;) {
        const { head, problem } = await verifyChain(sql, tenant);
        if (problem) return false;
        const sealed = await sql.transaction(async (inside) => {
          if (canonicalJson(await lockHead(inside, tenant)) !== canonicalJson(head)) return false;
          await sealAsItIs(inside, tenant, head, seal);
          return true;
        });
        // Somebody wrote meanwhile: those rows were not looked at yet.
        if (sealed) return true;
      }
    },
  };
}
