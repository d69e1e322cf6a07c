import { TrunkError } from "../core/errors.ts";
import type { Queries, Sql } from "./sql.ts";

/**
 * One entry a version; an entry that was released is never edited. TEXT and BIGINT mean the same to both dialects.
 * The names have a prefix because a Postgres database may be shared with others.
 */
const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE trunkline_journal (
      tenant TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, intent TEXT NOT NULL, phase TEXT NOT NULL,
      principal TEXT NOT NULL, tool TEXT NOT NULL, arguments TEXT NOT NULL, redacted TEXT NOT NULL,
      approval TEXT, request_id TEXT NOT NULL, detail TEXT, hash TEXT NOT NULL,
      PRIMARY KEY (tenant, seq))`,
    "CREATE INDEX trunkline_journal_intent ON trunkline_journal (tenant, intent)",
    "CREATE INDEX trunkline_journal_call ON trunkline_journal (tenant, arguments, seq)",
    // The end of the chain, and the row after which the part that was not pruned begins.
    `CREATE TABLE trunkline_journal_heads (
      tenant TEXT NOT NULL PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT NOT NULL, anchor_seq BIGINT NOT NULL, anchor_hash TEXT NOT NULL)`,
    `CREATE TABLE trunkline_claims (
      tenant TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL, expires_at BIGINT NOT NULL,
      PRIMARY KEY (tenant, name))`,
    `CREATE TABLE trunkline_approvals (
      tenant TEXT NOT NULL, id TEXT NOT NULL, principal TEXT NOT NULL, tool TEXT NOT NULL, arguments TEXT NOT NULL,
      fingerprint TEXT NOT NULL, confirm TEXT NOT NULL, sentences TEXT NOT NULL, state TEXT NOT NULL,
      asked_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
      PRIMARY KEY (tenant, id))`,
    `CREATE TABLE trunkline_pins (
      tenant TEXT NOT NULL PRIMARY KEY, salt TEXT NOT NULL, hash TEXT NOT NULL, tries BIGINT NOT NULL, locked_until BIGINT NOT NULL)`,
    `CREATE TABLE trunkline_secrets (
      tenant TEXT NOT NULL, ref TEXT NOT NULL, content TEXT NOT NULL,
      PRIMARY KEY (tenant, ref))`,
    `CREATE TABLE trunkline_snapshots (
      tenant TEXT NOT NULL, id TEXT NOT NULL, principal TEXT NOT NULL, content TEXT NOT NULL, at BIGINT NOT NULL,
      PRIMARY KEY (tenant, id))`,
    `CREATE TABLE trunkline_memory (
      tenant TEXT NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL,
      PRIMARY KEY (tenant, account, name))`,
  ],
  [
    `CREATE TABLE trunkline_plans (
      tenant TEXT NOT NULL, id TEXT NOT NULL, principal TEXT NOT NULL, policy TEXT NOT NULL, content TEXT NOT NULL,
      state TEXT NOT NULL, approval TEXT, cancel_asked BIGINT NOT NULL, made_at BIGINT NOT NULL, report TEXT,
      fence BIGINT NOT NULL, lease_until BIGINT NOT NULL,
      PRIMARY KEY (tenant, id))`,
    "CREATE INDEX trunkline_plans_state ON trunkline_plans (tenant, state)",
    `CREATE TABLE trunkline_plan_steps (
      tenant TEXT NOT NULL, plan TEXT NOT NULL, n BIGINT NOT NULL, intent TEXT NOT NULL, result TEXT,
      PRIMARY KEY (tenant, plan, n, intent))`,
  ],
  [
    `CREATE TABLE trunkline_cache (
      tenant TEXT NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL, expires_at BIGINT NOT NULL,
      PRIMARY KEY (tenant, name))`,
    // No tenant: the carrier counts an account's calls, whoever makes them.
    `CREATE TABLE trunkline_places (
      account TEXT NOT NULL, place BIGINT NOT NULL, look_at BIGINT NOT NULL, free_at BIGINT NOT NULL,
      PRIMARY KEY (account, place))`,
  ],
  // Read twice a second by each replica, however many plans have ended.
  ["CREATE INDEX trunkline_plans_running ON trunkline_plans (lease_until) WHERE state = 'running'"],
  [
    // Carriers choose ids and names: both are kept as JSON, which Postgres takes whatever is in them.
    "ALTER TABLE trunkline_journal ADD COLUMN trunk TEXT",
    "ALTER TABLE trunkline_journal ADD COLUMN trunk_name TEXT",
    "ALTER TABLE trunkline_journal ADD COLUMN shown TEXT",
    "CREATE INDEX trunkline_journal_trunk ON trunkline_journal (tenant, trunk, at) WHERE phase = 'intent' AND trunk IS NOT NULL",
  ],
  [
    "ALTER TABLE trunkline_journal_heads ADD COLUMN seal TEXT",
    // One row, sealed as a whole: the tenants that have a sealed journal.
    "CREATE TABLE trunkline_journal_roll (name TEXT NOT NULL PRIMARY KEY, tenants TEXT NOT NULL, seal TEXT NOT NULL)",
  ],
  // Approvals in the former words are asked anew: one lives for minutes.
  [
    "DELETE FROM trunkline_approvals",
    "ALTER TABLE trunkline_approvals RENAME COLUMN sentences TO shown",
    "ALTER TABLE trunkline_approvals ADD COLUMN decided_by TEXT",
    "ALTER TABLE trunkline_plans ADD COLUMN started_at BIGINT",
  ],
  ["CREATE INDEX trunkline_plan_steps_intent ON trunkline_plan_steps (tenant, intent)"],
  // By the clock of leases: `at` is for people, and of a clock that may be set.
  ["ALTER TABLE trunkline_journal ADD COLUMN begun BIGINT"],
  [
    `CREATE TABLE trunkline_emulators (
      tenant TEXT NOT NULL, carrier TEXT NOT NULL, content TEXT NOT NULL, changes BIGINT NOT NULL,
      PRIMARY KEY (tenant, carrier))`,
  ],
];

/** Brings the schema up to date; of several processes that start at once, one does it and the others wait. */
export async function migrate(sql: Sql, steps: readonly (readonly string[])[] = migrations): Promise<void> {
  await sql.alone(async (inside) => {
    await inside.query("CREATE TABLE IF NOT EXISTS trunkline_schema (version BIGINT NOT NULL)");
    const version = await versionOf(inside);
    if (version > steps.length) {
      throw new TrunkError(
        "not_configured",
        `The state was written by a newer Trunkline (its schema is ${version}, this one knows ${steps.length}). Update Trunkline.`,
      );
    }
    for (const statement of steps.slice(version).flat()) await inside.query(statement);
    if (version === steps.length) return;
    await inside.query("DELETE FROM trunkline_schema");
    await inside.query("INSERT INTO trunkline_schema (version) VALUES (?)", [steps.length]);
  });
}

async function versionOf(inside: Queries): Promise<number> {
  const [row] = await inside.query<{ version: number }>("SELECT version FROM trunkline_schema");
  return row?.version ?? 0;
}
