import type { Tenancy, Value } from "./sql.ts";

/** Far longer than any lease is taken for. */
const NO_LEASE_MS = 60_000;

export interface Time {
  text: string;
  values: Value[];
  /** The condition that nobody holds a lease. */
  over: string;
  overValues: Value[];
}

/**
 * Leases, and the age of what was begun, are timed by one clock that nobody sets: the database's, where several machines share it, or else this machine's
 * steady one. That one begins anew when the machine does: a lease that seems to last for long is of a time before.
 */
export function timeOf({ sql, clock }: Omit<Tenancy, "tenant">): Time {
  if (sql.time !== undefined) return { text: sql.time, values: [], over: `lease_until <= ${sql.time}`, overValues: [] };
  const now = clock.steady?.() ?? clock.now();
  return { text: "CAST(? AS BIGINT)", values: [now], over: "(lease_until <= ? OR lease_until > ?)", overValues: [now, now + NO_LEASE_MS] };
}

type Timed = Pick<Tenancy, "sql" | "clock">;

/** How many milliseconds ago a column's time was, by the same clock; null for rows from before it was written. */
export function ageOf(timed: Timed, column: string): Pick<Time, "text" | "values"> {
  const { text, values } = timeOf(timed);
  return { text: `${text} - ${column}`, values };
}

/**
 * When a row was written, by the clock of the process that reads it: the one that wrote it may have had another, or had it set
 * since. Where this machine's steady clock began anew in between, an age is too small, and the earlier of both times is taken.
 */
export function byOwnClock({ sql, clock }: Timed, { at, age }: { at: number; age: number | null }): number {
  if (age === null || age < 0) return at;
  const since = clock.now() - age;
  return sql.time === undefined ? Math.min(at, since) : since;
}
