import type { Pool, PoolClient } from "pg";
import { TrunkError } from "../core/errors.ts";
import type { Secret } from "../core/secret.ts";
import { type Queries, type Sql, storeFailure, type Value } from "./sql.ts";

/** Connection and work together: a call that cannot be journaled is refused before its caller has waited long. */
const ANSWER_MS = 1_000;
const MIGRATION_MS = 30_000;
/** Any number will do, as long as it is always the same. */
const MIGRATION_LOCK = 7_817_230_425;
const BIGINT = 20;

/** A lock is let go when its holder's machine is gone, and no default of the database's weakens a transaction. */
const begin = (limitMs: number) => `BEGIN ISOLATION LEVEL READ COMMITTED;
  SET LOCAL statement_timeout = ${limitMs}; SET LOCAL idle_in_transaction_session_timeout = ${2 * limitMs}`;

export async function openPostgres(url: Secret, answerMs = ANSWER_MS): Promise<Sql> {
  const pool = await connectPool(url, answerMs);
  const transaction = <T>(limitMs: number, work: (inside: Queries) => Promise<T>, first = ""): Promise<T> =>
    onClient(pool, limitMs, async (client) => {
      const query = queryOn(client);
      await query(`${begin(limitMs)};${first}`);
      const result = await work({ query });
      await query("COMMIT");
      return result;
    });
  return {
    query: <Row>(text: string, values?: readonly Value[]) => onClient(pool, answerMs, (client) => queryOn(client)<Row>(text, values)),
    transaction: (work) => transaction(answerMs, work),
    alone: (work) => transaction(MIGRATION_MS, work, `SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`),
    close: () => pool.end(),
    time: "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
  };
}

export async function loadPg(): Promise<typeof import("pg")["default"]> {
  const { default: pg } = await import("pg").catch(() => {
    throw new TrunkError("not_configured", "TRUNKLINE_STORE needs the package pg beside Trunkline: npm install pg.");
  });
  return pg;
}

async function connectPool(url: Secret, answerMs: number): Promise<Pool> {
  const pg = await loadPg();
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    connectionTimeoutMillis: answerMs,
    keepAlive: true,
    application_name: "trunkline",
    // A command that has printed its answer ends.
    allowExitOnIdle: true,
    types: { getTypeParser: (oid, format) => (oid === BIGINT ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // A connection that breaks while nobody uses it, or under a query that hears of it anyway, must not end the process.
  const ignore = () => {};
  pool.on("error", ignore).on("connect", (client) => client.on("error", ignore));
  return pool;
}

async function onClient<T>(pool: Pool, limitMs: number, use: (client: PoolClient) => Promise<T>): Promise<T> {
  const deadline = Date.now() + limitMs;
  const client = await pool.connect().catch((error: unknown) => {
    throw storeFailure(error);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(storeFailure(undefined)), Math.max(deadline - Date.now(), 1));
  });
  try {
    const result = await Promise.race([use(client), late]);
    client.release();
    return result;
  } catch (error) {
    // Its connection is closed, and the server undoes what was begun on it.
    client.release(true);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function queryOn(client: PoolClient): Queries["query"] {
  return async <Row>(text: string, values: readonly Value[] = []) => {
    let place = 0;
    const numbered = text.replace(/\?/g, () => `$${++place}`);
    const { rows } = await client.query(numbered, values.length > 0 ? [...values] : undefined).catch((error: unknown) => {
      throw storeFailure(error);
    });
    return rows as Row[];
  };
}
