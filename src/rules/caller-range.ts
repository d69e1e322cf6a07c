import ipaddr from "ipaddr.js";
import type { CallerRange } from "../core/carrier/reach.ts";
import { toCidr } from "./range.ts";

/** An entry of a list of callers as the addresses that it lets in. One that cannot be read counts as everybody. */
export function toCallerRange(entry: string): CallerRange {
  const text = toCidr(entry);
  if (!ipaddr.isValidCIDR(text)) return { text, family: 4, first: 0n, last: 2n ** 32n - 1n };
  const [address, bits] = ipaddr.parseCIDR(text);
  const all = address.kind() === "ipv6" ? 128 : 32;
  const first = address.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const size = 2n ** BigInt(all - bits);
  const network = first - (first % size);
  return { text, family: all === 128 ? 6 : 4, first: network, last: network + size - 1n };
}
