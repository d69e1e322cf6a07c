import { type Call, isObject } from "./state.ts";

/** A record as the dialect answers it. */
export function shown(row: Record<string, unknown>, call: Call): Record<string, unknown> {
  return call.dialect.unset === "absent" ? withoutNull(row) : row;
}

function withoutNull(row: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(row).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, isObject(value) ? withoutNull(value) : value]));
}
