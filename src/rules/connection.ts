import type { Target } from "../core/carrier/connection.ts";
import type { Credential } from "../core/carrier/trunk.ts";

/** As a setup names a destination. */
export function formatTarget({ host, port, transport }: Target): string {
  return `${host}${port === undefined ? "" : `:${port}`};transport=${transport}`;
}

/** A user name of letters and digits, which every carrier takes, of 4 to 32 characters. */
export function loginName(trunk: string): string {
  return `lk${trunk.replace(/[^A-Za-z0-9]+/g, "")}`.padEnd(4, "0").slice(0, 32);
}

/** In which half two logins differ. A password that one side does not tell is compared with nothing. */
export function loginDifference(one: Credential, other: Credential): "user" | "password" | undefined {
  if (one.user_name !== other.user_name) return "user";
  const differ = one.password && other.password && one.password.reveal() !== other.password.reveal();
  return differ ? "password" : undefined;
}
