import { type Call, isObject } from "./state.ts";

/** A record as the dialect answers it. `tells`: the password that it has was set just now. */
export function shown(row: Record<string, unknown>, { dialect }: Call, tells = false): Record<string, unknown> {
  const isMasked = dialect.masksPasswords && !tells && (row["password"] ?? null) !== null;
  const masked = isMasked ? { ...row, password: "********" } : row;
  return dialect.unset === "absent" ? withoutNull(masked) : masked;
}

function withoutNull(row: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(row).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, isObject(value) ? withoutNull(value) : value]));
}
