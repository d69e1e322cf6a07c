import { BlockList, isIP, isIPv6 } from "node:net";
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
  if (version === 0 || !(mask >= 0 && mask <= (version === 6 ? 128 : 32))) return undefined;
  return { ip: version === 6 ? maskV6(address, mask) : maskV4(address, mask), mask };
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

function maskV4(address: string, bits: number): string {
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  const network = Math.floor(value / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join(".");
}

function maskV6(address: string, bits: number): string {
  const [head = "", tail] = canonicalV6(address).split("::");
  const groups = (part: string | undefined) => (part ? part.split(":") : []);
  const [before, after] = [groups(head), groups(tail)];
  const all = [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
  const masked = all.map((group, index) => {
    const size = 2 ** Math.min(16, Math.max(0, 16 * (index + 1) - bits));
    return (Math.floor(Number.parseInt(group, 16) / size) * size).toString(16);
  });
  return canonicalV6(masked.join(":"));
}

/** The URL standard compresses an address as RFC 5952 does, and writes an embedded IPv4 address in hexadecimal. */
function canonicalV6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** Sixteen addresses, or one IPv6 network: what is broader lets in more hosts than one site has. */
const WIDEST_WITHOUT_A_PERSON = { v4: 28, v6: 64 };

export function isBroad(entry: string): boolean {
  const widest = isIPv6(entry.split("/")[0] ?? "") ? WIDEST_WITHOUT_A_PERSON.v6 : WIDEST_WITHOUT_A_PERSON.v4;
  return rangeBits(entry) < widest;
}

/** Whether a list lets in every address of the entry already. */
export function isCovered(entry: string, list: readonly string[]): boolean {
  const range = parseRange(entry);
  if (!range) return false;
  const family = isIPv6(range.ip) ? "ipv6" : "ipv4";
  return list.map(parseRange).some((wider) => {
    if (!wider || wider.mask > range.mask || isIPv6(wider.ip) !== isIPv6(range.ip)) return false;
    const block = new BlockList();
    block.addSubnet(wider.ip, wider.mask, family);
    return block.check(range.ip, family);
  });
}

/** Entries of a list that share addresses with this one, other than itself. */
export function overlapping(entry: string, list: readonly string[]): string[] {
  const own = toCidr(entry);
  return list.filter((other) => toCidr(other) !== own && (isCovered(other, [own]) || isCovered(own, [other])));
}
