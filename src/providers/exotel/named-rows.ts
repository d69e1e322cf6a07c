import type { NamedRow } from "../../core/carrier/named-row.ts";
import type { WhitelistedIp } from "../../core/carrier/trunk.ts";
import { parseEntry } from "../../rules/address.ts";
import { destinationRow, loginRow } from "../../rules/named-rows.ts";
import { cidr } from "../../rules/range.ts";

/** The rows that Exotel's calls are about, as a person names them. */

export const namedDestination = destinationRow("destination");
export const namedLogin = loginRow("user_name");

/** A whitelist entry as a person names it: by its address, where that tells which, or with its mask. */
export const namedIp: NamedRow<WhitelistedIp> = {
  what: "entry",
  id: "whitelisted_ip_id",
  said: ["ip", "mask"],
  rows: ({ whitelisted_ips = [] }) => whitelisted_ips,
  text: cidr,
  fits: (row, { ip, mask }) => {
    const written = parseEntry(String(ip ?? row.ip));
    const masks = [mask, String(ip).includes("/") ? written?.mask : undefined].filter((bits) => bits !== undefined);
    return row.ip === written?.ip && masks.every((bits) => bits === row.mask);
  },
};
