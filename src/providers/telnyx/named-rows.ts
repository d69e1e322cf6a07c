import type { NamedRow } from "../../core/carrier/named-row.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { toCidr } from "../../rules/range.ts";
import type { Address } from "./fields.ts";

/** An address of a connection as a person names it; its port may be left out. */
export const namedAddress: NamedRow<Address> = {
  what: "address",
  id: "address_id",
  said: ["address", "port"],
  rows: addressesOf,
  text: ({ address, port }) => (port === undefined ? address : `${address}:${port}`),
  fits: (row, { address, port }) =>
    (port === undefined || port === row.port) &&
    (address === undefined || toCidr(String(address).toLowerCase()) === toCidr(row.address.toLowerCase())),
};

/** A connection's addresses, from the list of where its calls go: that has all of them, and their ports. */
export function addressesOf({ destination_uris = [] }: TrunkDetail): Address[] {
  return destination_uris.flatMap(({ destination_uri_id, destination, type }) => {
    const [, address = "", port] = /^(.+?)(?::(\d+))?;transport=/.exec(destination) ?? [];
    if (destination_uri_id === undefined) return [];
    return [
      {
        address_id: destination_uri_id,
        address,
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(type === undefined ? {} : { dns_record_type: type }),
      },
    ];
  });
}
