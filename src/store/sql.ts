import { randomBytes } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import { TrunkError } from "../core/errors.ts";

export type Value = string | number | null;

export interface Queries {
  /** `?` stands for a value. The text is one that SQLite and Postgres both understand. */
  query<Row>(text: string, values?: readonly Value[]): Promise<Row[]>;
}

/** Makes a seal that nobody can make who has the database alone. */
export type Seal = (...parts: unknown[]) => string;

/** The demands on a database; a dialect is one file that meets them. */
export interface Sql extends Queries {
  /** All or nothing; what it wrote is on the disk when it returns. */
  transaction<T>(work: (inside: Queries) => Promise<T>): Promise<T>;
  /** A transaction that runs in one process at a time: for migrations. */
  alone<T>(work: (inside: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
  /** An expression for the database's own clock in milliseconds; absent where that is this machine's anyway. */
  time?: string;
  /** Seals the heads of journals; absent where no key lies outside the database. */
  journalSeal?: Seal | undefined;
}

/** One tenant's rows in one database. */
export interface Tenancy {
  sql: Sql;
  tenant: string;
  clock: Clock;
}

/** Placeholders for one value after another. */
export function placeholderList(count: number): string {
  return Array.from({ length: count }, () => "?").join(", ");
}

/** Placeholders for rows of an INSERT: one statement costs little more than one row of it. */
export function placeholderRows(count: number, columns: number): string {
  return Array.from({ length: count }, () => `(${placeholderList(columns)})`).join(", ");
}

/** 128 random bits: nobody finds an approval by trying. */
export function randomId(prefix: string): string {
  return `${prefix}_${randomBytes(16).toString("base64url")}`;
}

/** Answers of Postgres that only the operator can change: its own words may quote a value. */
const refusals: Readonly<Record<string, string>> = {
  "28P01": "Postgres refused the password of TRUNKLINE_STORE",
  "28000": "Postgres does not let the user of TRUNKLINE_STORE in",
  "3D000": "Postgres has no database of the name in TRUNKLINE_STORE",
};
export const STATE_REFUSED: ReadonlySet<string> = new Set(Object.keys(refusals));

/** The driver's own words may quote a value or a URL; its code says enough. */
export function storeFailure(error: unknown): TrunkError {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "no answer";
  const why = refusals[code] === undefined ? "" : `: ${refusals[code]}`;
  const failure = new TrunkError("internal", `Trunkline cannot reach its own state${why} (${code}).`, {
    hint: "Ask the operator whether the store (TRUNKLINE_HOME or TRUNKLINE_STORE) can be written to, then read before you try again.",
  });
  return Object.assign(failure, { cause: error });
}
