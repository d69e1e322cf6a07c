import type { InputFinding } from "../../../core/input-finding.ts";
import type { Wanted } from "./options.ts";

/** A finding about a field of a tool, at the place where it was asked for. */
export function placed(finding: InputFinding | undefined, { numbers, ips, logins, destinations, at }: Wanted): InputFinding | undefined {
  if (!finding) return undefined;
  const [name = "", index] = finding.field.split(".");
  const place = {
    numbers: [...numbers.values()][Number(index)] ?? `${at}numbers`,
    allowed_addresses: [...ips.values()][Number(index)] ?? `${at}ips`,
    auth_username: [...logins.values()][0] ?? `${at}credentials`,
    address: [...destinations.values()][0] ?? `${at}destinations`,
  }[name];
  return { ...finding, field: place ?? `${at}options.${finding.field}` };
}
