import { chmod, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TrunkError } from "../core/errors.ts";
import { type Queries, type Sql, storeFailure, type Value } from "./sql.ts";
import { type Driver, openDriver } from "./sqlite-driver.ts";

/** How long a process waits for another's write; each takes less than a millisecond, or a slow disk's sync. */
const BUSY_MS = 5_000;

/** One file for any number of processes. `:memory:` is a database that lives as long as it is open. */
export async function openSqlite(file: string): Promise<Sql> {
  if (file !== ":memory:") await createPrivately(file);
  const database = connect(file);
  await switchToWal(database);
  const run = runner(database);
  let last: Promise<unknown> = Promise.resolve();
  // There is one connection: what others ask while a transaction is open must not become a part of it.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
  const transaction = <T>(work: (inside: Queries) => Promise<T>): Promise<T> =>
    inTurn(async () => {
      // Immediate: one that reads first and writes later could find that another wrote in between.
      await run("BEGIN IMMEDIATE");
      try {
        const result = await work({ query: run });
        await run("COMMIT");
        return result;
      } finally {
        if (database.inTransaction()) await run("ROLLBACK");
      }
    });
  return {
    query: <Row>(text: string, values?: readonly Value[]) => inTurn(() => run<Row>(text, values)),
    transaction,
    alone: transaction,
    close: () => inTurn(async () => void database.close()),
  };
}

/** SQLite gives its side files, -wal and -shm, the mode of this one. */
async function createPrivately(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await (await open(file, "a", 0o600)).close();
    await chmod(file, 0o600);
  } catch (error) {
    throw storeFailure(error);
  }
}

function connect(file: string): Driver {
  try {
    const database = openDriver(file);
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA synchronous = FULL`);
    return database;
  } catch (error) {
    throw error instanceof TrunkError ? error : storeFailure(error);
  }
}

/** Of several processes that open a new file, one switches it; SQLite does not let the others wait for that by itself. */
async function switchToWal(database: Driver): Promise<void> {
  const deadline = Date.now() + BUSY_MS;
  for (;;) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (Date.now() > deadline) throw storeFailure(error);
      await delay(10);
    }
  }
}

function runner(database: Driver): Queries["query"] {
  const statements = new Map<string, ReturnType<typeof database.prepare>>();
  return async <Row>(text: string, values: readonly Value[] = []) => {
    try {
      const statement = statements.get(text) ?? database.prepare(text);
      statements.set(text, statement);
      return statement.all(...values) as Row[];
    } catch (error) {
      throw storeFailure(error);
    }
  };
}
