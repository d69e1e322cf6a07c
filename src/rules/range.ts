import { isIP, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import { UNASKED_MASK } from "../core/person-limits.ts";
import { rangeBits } from "./address.ts";

interface Range {
  ip: string;
  mask: number;
}

/** An entry of a whitelist as it stands there. */
export function cidr({ ip, mask }: Range): string {
  return `${ip}/${mask}`;
}

function parseRange(entry: string): Range | undefined {
  const [address = ""] = entry.split("/");
  const mask = rangeBits(entry);
  const version = isIP(address);
  const isRange = version > 0 && Number.isInteger(mask) && mask >= 0 && mask <= (version === 6 ? 128 : 32);
  return isRange ? { ip: networkOf(address, mask), mask } : undefined;
}

/** One form for one meaning, which is also how carriers keep an entry: `192.0.2.1` is `192.0.2.1/32`, and a range begins at its first address. */
export function toCidr(entry: string): string {
  const range = parseRange(entry);
  return range ? `${range.ip}/${range.mask}` : entry;
}

/** For the common view; whatever else a carrier may list is shown as it is. */
export function toRange(entry: string): Range {
  return parseRange(entry) ?? { ip: entry, mask: 0 };
}

/** The first address of the range, in the one form of RFC 5952. */
function networkOf(ip: string, mask: number): string {
  if (!isIPv6(ip)) return ipaddr.IPv4.networkAddressFromCIDR(`${ip}/${mask}`).toString();
  // ipaddr.js 2.5 reads ::192.0.2.1 as ::ffff:192.0.2.1; the URL standard tells the two apart.
  const { hostname } = new URL(`http://[${ip}]`);
  return ipaddr.IPv6.networkAddressFromCIDR(`${hostname.slice(1, -1)}/${mask}`).toString();
}

/** Sixteen addresses, or one IPv6 network: what is broader lets in more hosts than one site has. */
const WIDEST_WITHOUT_A_PERSON = { v4: UNASKED_MASK, v6: 64 };

export function isBroad(entry: string): boolean {
  const widest = isIPv6(entry.split("/")[0] ?? "") ? WIDEST_WITHOUT_A_PERSON.v6 : WIDEST_WITHOUT_A_PERSON.v4;
  return rangeBits(entry) < widest;
}

/** Whether a list lets in every address of the entry already. */
export function isCovered(entry: string, list: readonly string[]): boolean {
  const range = parseRange(entry);
  if (!range) return false;
  const isWider = (other: Range) => other.mask <= range.mask && isIPv6(other.ip) === isIPv6(range.ip);
  return list.map(parseRange).some((other) => other !== undefined && isWider(other) && networkOf(range.ip, other.mask) === other.ip);
}

/** Entries of a list that share addresses with this one, other than itself. */
export function overlapping(entry: string, list: readonly string[]): string[] {
  const own = toCidr(entry);
  return list.filter((other) => toCidr(other) !== own && (isCovered(other, [own]) || isCovered(own, [other])));
}
