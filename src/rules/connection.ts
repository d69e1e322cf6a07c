import type { Target } from "../core/carrier/connection.ts";

/** As a setup names a destination. */
export function formatTarget({ host, port, transport }: Target): string {
  return `${host}${port === undefined ? "" : `:${port}`};transport=${transport}`;
}

/** A user name of letters and digits, which every carrier takes, of 4 to 32 characters. */
export function loginName(trunk: string): string {
  return `lk${trunk.replace(/[^A-Za-z0-9]+/g, "")}`.padEnd(4, "0").slice(0, 32);
}
