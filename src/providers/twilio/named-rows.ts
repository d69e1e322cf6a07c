import type { NamedRow } from "../../core/carrier/named-row.ts";
import type { Credential, DestinationUri, PhoneNumber, WhitelistedIp } from "../../core/carrier/trunk.ts";
import { parseEntry } from "../../rules/address.ts";
import { bareDestination } from "../../rules/destination.ts";
import { mayMean } from "../../rules/phone-number.ts";
import { cidr } from "../../rules/range.ts";

/** The rows that Twilio's calls are about, as a person names them. */

export const namedNumber: NamedRow<PhoneNumber> = {
  what: "number",
  id: "phone_number_id",
  said: ["phone_number"],
  findsTrunk: true,
  rows: ({ phone_numbers = [] }) => phone_numbers,
  text: ({ phone_number }) => phone_number,
  fits: (row, { phone_number }) => mayMean(String(phone_number), row.phone_number),
};

export const namedIp: NamedRow<WhitelistedIp> = {
  what: "address",
  id: "whitelisted_ip_id",
  said: ["ip"],
  rows: ({ whitelisted_ips = [] }) => whitelisted_ips,
  text: cidr,
  fits: (row, { ip }) => {
    const written = parseEntry(String(ip));
    return row.ip === written?.ip && (!String(ip).includes("/") || row.mask === written.mask);
  },
};

export const namedUrl: NamedRow<DestinationUri> = {
  what: "origination URL",
  id: "destination_uri_id",
  said: ["destination"],
  rows: ({ destination_uris = [] }) => destination_uris,
  text: ({ destination }) => destination,
  // The host, or host and port, is enough where it tells which.
  fits: (row, { destination }) => {
    const [whole, said] = [bareDestination(row.destination), bareDestination(String(destination))];
    return said !== "" && (whole === said || whole.startsWith(`${said}:`) || whole.startsWith(`${said};`));
  },
};

export const namedLogin: NamedRow<Credential> = {
  what: "login",
  id: "credential_id",
  said: ["username"],
  rows: ({ credentials = [] }) => credentials,
  text: ({ user_name }) => user_name,
  fits: (row, { username }) => row.user_name === username,
};
