import { createRequire } from "node:module";
import { TrunkError } from "../core/errors.ts";

/** As much of a SQLite driver as the store uses. */
export interface Driver {
  exec(text: string): unknown;
  prepare(text: string): { all(...values: unknown[]): unknown[] };
  close(): unknown;
  inTransaction(): boolean;
}

const require = createRequire(import.meta.url);

/** Node's own driver where it has one, since desktop hosts refuse native code of others; libsql elsewhere. */
export function openDriver(file: string): Driver {
  const own = ownSqlite();
  return own ? openOwn(own, file) : openLibsql(file);
}

/** As much of node:sqlite as is used here. The types of Node 20 do not have it. */
interface OwnSqlite {
  DatabaseSync: new (file: string) => Omit<Driver, "inTransaction"> & { isTransaction: boolean };
}

/** Its first versions cannot tell whether a transaction is open; only a database says which version it is. */
function ownSqlite(): OwnSqlite | undefined {
  const own = withoutWarning(() => process.getBuiltinModule("node:sqlite") as OwnSqlite | undefined);
  if (!own) return undefined;
  const probe = new own.DatabaseSync(":memory:");
  const fit = "isTransaction" in probe;
  probe.close();
  return fit ? own : undefined;
}

function openOwn({ DatabaseSync }: OwnSqlite, file: string): Driver {
  const database = named(() => new DatabaseSync(file));
  return {
    exec: (text) => named(() => database.exec(text)),
    prepare: (text) => {
      const statement = named(() => database.prepare(text));
      return { all: (...values) => named(() => statement.all(...values)) };
    },
    close: () => database.close(),
    inTransaction: () => database.isTransaction,
  };
}

const codes: Record<number, string> = {
  5: "SQLITE_BUSY",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  26: "SQLITE_NOTADB",
};

/** SQLite's own name for what failed: node:sqlite gives every error one code, and a number. */
function named<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const number = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
    throw codes[number] === undefined ? error : Object.assign(error as Error, { code: codes[number] });
  }
}

/** Node 24 warns on stderr that its driver is young. A client shows that as an error of this server. */
function withoutWarning<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function openLibsql(file: string): Driver {
  const database = new (requireLibsql())(file);
  return {
    exec: (text) => database.exec(text),
    prepare: (text) => database.prepare(text),
    close: () => database.close(),
    inTransaction: () => database.inTransaction,
  };
}

/** Not by an import: where the native part is missing, one fails a second time, as a rejection that nobody can handle. */
function requireLibsql(): typeof import("libsql") {
  try {
    return require("libsql");
  } catch (error) {
    const { platform, arch } = process;
    const failure = new TrunkError(
      "internal",
      `Trunkline cannot keep its state: the native part of the npm package libsql is missing for this machine (${platform} ${arch}).`,
      {
        hint: "Ask the operator to run npm ci on this machine, optional packages included, or to use Node 22.16 or newer, and then call again.",
      },
    );
    throw Object.assign(failure, { cause: error });
  }
}
