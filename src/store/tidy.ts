import type { Log } from "../core/log.ts";
import { prune } from "./prune.ts";
import type { Tenancy } from "./sql.ts";

const DAY_MS = 86_400_000;
/** The call that opened the store goes first. */
const FIRST_AFTER_MS = 1_000;

/** Forgets what nobody needs any more; of the journal, only what is settled. */
export async function tidy({ sql, tenant, clock }: Tenancy, keepDays: number): Promise<void> {
  const before = clock.now() - keepDays * DAY_MS;
  await sql.query("DELETE FROM trunkline_claims WHERE tenant = ? AND expires_at <= ?", [tenant, clock.now()]);
  await sql.query("DELETE FROM trunkline_approvals WHERE tenant = ? AND asked_at < ?", [tenant, before]);
  await sql.query("DELETE FROM trunkline_snapshots WHERE tenant = ? AND at < ?", [tenant, before]);
  await prune(sql, tenant, before);
}

/** Soon and then daily, as long as the process has something else to do. */
export function keepTidy(tenancy: Tenancy, keepDays: number, log: Log): void {
  const run = () => void tidy(tenancy, keepDays).catch((error: unknown) => log.warn({ error }, "the state could not be tidied"));
  setTimeout(run, FIRST_AFTER_MS).unref();
  setInterval(run, DAY_MS).unref();
}
