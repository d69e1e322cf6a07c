import type { NamedRow } from "../../core/carrier/named-row.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { parseEntry } from "../../rules/address.ts";
import { destinationRow, loginRow } from "../../rules/named-rows.ts";
import { cidr } from "../../rules/range.ts";
import { partsOf } from "./list-names.ts";

/** The rows that Twilio's calls are about, as a person names them. */

export const namedUrl = destinationRow("origination URL");
export const namedLogin = loginRow("username");

interface Entry {
  whitelisted_ip_id: string | undefined;
  /** With its prefix; of a whole list, its name. */
  ip: string;
  list?: string | undefined;
}

/** The lists that others may use, each as one row. */
function listRows({ whitelisted_ips = [] }: TrunkDetail): Entry[] {
  const lists = new Map(
    whitelisted_ips.flatMap(({ list, whitelisted_ip_id = "" }) => (list === undefined ? [] : [[list, whitelisted_ip_id]])),
  );
  return [...lists].map(([list, id]) => ({ whitelisted_ip_id: partsOf(id)[0], ip: list, list }));
}

/** An allowed address as a person names it, whose prefix may be left out; or a list that others may use, by its name. */
export const namedIp: NamedRow<Entry> = {
  what: "address",
  id: "whitelisted_ip_id",
  said: ["ip"],
  rows: (trunk) => [
    ...(trunk.whitelisted_ips ?? []).map((row) => ({ whitelisted_ip_id: row.whitelisted_ip_id, ip: cidr(row), list: row.list })),
    ...listRows(trunk),
  ],
  text: ({ ip }) => ip,
  fits: (row, { ip }) => {
    if (row.ip === ip) return true;
    const [is, said] = [parseEntry(row.ip), parseEntry(String(ip))];
    return is !== undefined && is.ip === said?.ip && (!String(ip).includes("/") || is.mask === said.mask);
  },
};
