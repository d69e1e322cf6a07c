import type { Log } from "../core/log.ts";
import { prune } from "./prune.ts";
import type { Tenancy } from "./sql.ts";

const DAY_MS = 86_400_000;
/** The call that opened the store goes first. */
const FIRST_AFTER_MS = 1_000;

/** The state to tidy: one tenant's, or the whole database if none is named. */
export type Tidying = Omit<Tenancy, "tenant"> & { tenant?: string };

/** Forgets what nobody needs any more; of the journal, only what is settled. */
export async function tidy({ sql, tenant, clock }: Tidying, keepDays: number): Promise<void> {
  const now = clock.now();
  const before = now - keepDays * DAY_MS;
  const whose = tenant === undefined ? { text: "", values: [] } : { text: "tenant = ? AND ", values: [tenant] };
  for (const [table, old, at] of [
    ["trunkline_claims", "expires_at <= ?", now],
    ["trunkline_cache", "expires_at <= ?", now],
    ["trunkline_approvals", "asked_at < ?", before],
    ["trunkline_snapshots", "at < ?", before],
    ["trunkline_plans", "state <> 'running' AND made_at < ?", before],
  ] as const) {
    await sql.query(`DELETE FROM ${table} WHERE ${whose.text}${old}`, [...whose.values, at]);
  }
  await sql.query(
    `DELETE FROM trunkline_plan_steps WHERE NOT EXISTS (SELECT 1 FROM trunkline_plans
      WHERE trunkline_plans.tenant = trunkline_plan_steps.tenant AND trunkline_plans.id = trunkline_plan_steps.plan)`,
  );
  // As onceRef writes them: what nobody fetched in time.
  await sql.query("DELETE FROM trunkline_secrets WHERE ref >= 'once/' AND ref < ?", [`once/${String(now).padStart(15, "0")}`]);
  // All of an account's places or none: who uses it next makes them again.
  await sql.query(
    "DELETE FROM trunkline_places WHERE account IN (SELECT account FROM trunkline_places GROUP BY account HAVING MAX(free_at) < ?)",
    [now - DAY_MS],
  );
  const tenants = tenant === undefined ? await sql.query<{ tenant: string }>("SELECT tenant FROM trunkline_journal_heads") : [{ tenant }];
  for (const head of tenants) await prune(sql, head.tenant, before);
}

/** Soon and then daily, as long as the process has something else to do. */
export function keepTidy(tidying: Tidying, keepDays: number, log: Log): void {
  const run = () => void tidy(tidying, keepDays).catch((error: unknown) => log.warn({ error }, "the state could not be tidied"));
  setTimeout(run, FIRST_AFTER_MS).unref();
  setInterval(run, DAY_MS).unref();
}
