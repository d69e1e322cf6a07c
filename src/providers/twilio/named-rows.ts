import type { NamedRow } from "../../core/carrier/named-row.ts";
import { parseEntry } from "../../rules/address.ts";
import { destinationRow, loginRow } from "../../rules/named-rows.ts";
import { cidr } from "../../rules/range.ts";

/** The rows that Twilio's calls are about, as a person names them. */

export const namedUrl = destinationRow("origination URL");
export const namedLogin = loginRow("username");

interface Entry {
  whitelisted_ip_id: string | undefined;
  /** With its prefix. */
  ip: string;
}

/** An allowed address as a person names it; its prefix may be left out. */
export const namedIp: NamedRow<Entry> = {
  what: "address",
  id: "whitelisted_ip_id",
  said: ["ip"],
  rows: ({ whitelisted_ips = [] }) => whitelisted_ips.map((row) => ({ whitelisted_ip_id: row.whitelisted_ip_id, ip: cidr(row) })),
  text: ({ ip }) => ip,
  fits: (row, { ip }) => {
    const [is, said] = [parseEntry(row.ip), parseEntry(String(ip))];
    return is !== undefined && is.ip === said?.ip && (!String(ip).includes("/") || is.mask === said.mask);
  },
};
