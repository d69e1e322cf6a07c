import type { Clock } from "../core/clock.ts";
import { TrunkError } from "../core/errors.ts";
import type { Secret } from "../core/secret.ts";
import type { Store } from "../core/store/store.ts";
import { checkKey } from "./check-key.ts";
import { sealWith } from "./journal-seal.ts";
import { migrate } from "./migrations.ts";
import { type Sealing, sealedWith, unsealed } from "./sealing.ts";
import { type Sql, STATE_REFUSED } from "./sql.ts";
import { createStore } from "./store.ts";

/** The place of the state: a file of one machine, or a database for any number of replicas. */
export type Location = { file: string; masterKey?: Secret | undefined } | PostgresLocation;

export interface PostgresLocation {
  url: Secret;
  masterKey: Secret | undefined;
  /** How long a call waits for the database. */
  answerMs?: number;
}

export interface OpenStore extends Store {
  close(): Promise<void>;
}

export async function openStore({ location, tenant, clock }: { location: Location; tenant: string; clock: Clock }): Promise<OpenStore> {
  const { sql, sealing } = await openDatabase(location);
  return { ...createStore({ sql, tenant, clock }, sealing), close: () => sql.close() };
}

/** An open database with its schema, for the stores of any number of tenants. An audit may look at one under another key. */
export async function openDatabase(location: Location, { anyKey = false } = {}): Promise<{ sql: Sql; sealing: Sealing }> {
  const { sql, sealing } = await connect(location);
  try {
    await migrate(sql);
    if (!anyKey) await checkKey(sql, sql.journalSeal, sealing);
    return { sql, sealing };
  } catch (error) {
    await sql.close();
    throw STATE_REFUSED.has(causeOf(error)) ? new TrunkError("not_configured", (error as Error).message) : error;
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}

/** Each driver is loaded only where it is used. */
async function connect(location: Location): Promise<{ sql: Sql; sealing: Sealing }> {
  const { masterKey } = location;
  // Before the database: a key that cannot be used is refused without one.
  const journalSeal = masterKey && sealWith(masterKey);
  if ("file" in location) {
    const { openSqlite } = await import("./sqlite.ts");
    return { sql: { ...(await openSqlite(location.file)), journalSeal }, sealing: unsealed };
  }
  const sealing = sealedWith(masterKey);
  const { openPostgres } = await import("./postgres.ts");
  return { sql: { ...(await openPostgres(location.url, location.answerMs)), journalSeal }, sealing };
}
