import type { NamedRow } from "../core/carrier/named-row.ts";
import type { Credential, DestinationUri, PhoneNumber } from "../core/carrier/trunk.ts";
import { bareDestination } from "./destination.ts";
import { mayMean } from "./phone-number.ts";

/** Rows of the common lists of a trunk, as a person names them. */

export const namedNumber: NamedRow<PhoneNumber> = {
  what: "number",
  id: "phone_number_id",
  said: ["phone_number"],
  findsTrunk: true,
  rows: ({ phone_numbers = [] }) => phone_numbers,
  text: ({ phone_number }) => phone_number,
  fits: (row, { phone_number }) => mayMean(String(phone_number), row.phone_number),
};

/** `what`: the carrier's word for it. */
export function destinationRow(what: string): NamedRow<DestinationUri> {
  return {
    what,
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
}

type Login<Field extends string> = Pick<Credential, "credential_id"> & Record<Field, string>;

/** `field`: the tool's name for the user name. */
export function loginRow<Field extends string>(field: Field): NamedRow<Login<Field>> {
  return {
    what: "login",
    id: "credential_id",
    said: [field],
    rows: ({ credentials = [] }) =>
      credentials.map(({ credential_id, user_name }) => ({ credential_id, [field]: user_name }) as Login<Field>),
    text: (row) => row[field],
    fits: (row, said) => row[field] === said[field],
  };
}
