import { isIPv4, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import type { InputFinding } from "../core/input-finding.ts";
import { quoteText } from "../core/text.ts";
import { refuse } from "./findings.ts";

/** Documentation ranges (RFC 5737, 3849): examples in every manual, reachable nowhere. */
const documentation = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"].map((range) => ipaddr.parseCIDR(range));

const kinds: Record<string, string> = {
  private: "a private address, which a carrier cannot reach",
  uniqueLocal: "a private address, which a carrier cannot reach",
  loopback: "a loopback address",
  linkLocal: "a link-local address",
  carrierGradeNat: "an address behind carrier-grade NAT (100.64.0.0/10)",
  multicast: "a multicast address",
  broadcast: "the broadcast address",
  unspecified: "the unspecified address",
  reserved: "a reserved address",
};

/** Why a carrier could not use an address; undefined for a public one. Documentation ranges count in the sandbox only. */
export function unusable(address: string, sandbox: boolean): string | undefined {
  const parsed = ipaddr.parse(address);
  const isExample = documentation.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
  if (isExample) return sandbox ? undefined : "a documentation address; it stands for your own in examples";
  const range = parsed.range();
  // Mapped, translated and tunnelled addresses would carry a private one past its name.
  return range === "unicast" ? undefined : (kinds[range] ?? "an address of a special range, not a public one");
}

const inside: readonly string[] = ["private", "uniqueLocal", "loopback", "carrierGradeNat"];

/** Of a network's own hosts, or of this machine: what an operator may mean, where a carrier's address is otherwise asked for. */
export function isInside(address: string): boolean {
  return inside.includes(ipaddr.parse(address).range());
}

const NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/i;

/** A host name with at least two labels; four numbers with dots are an address, whether a right one or not. */
export function isHostName(value: string): boolean {
  return NAME.test(value) && !/^[\d.]+$/.test(value);
}

/** One whitelisted IPv4 address or range. */
export function checkWhitelistIp(ipField: string, ip: string, maskField: string, mask: number, sandbox: boolean): InputFinding | undefined {
  if (isHostName(ip)) {
    return refuse(
      ipField,
      `${quoteText(ip)} is a host name. A whitelist takes addresses: for outbound calls the carrier needs a static IPv4 address. Nothing was sent.`,
      "Pass the public IPv4 address from which your PBX sends; a host name works only as a destination for inbound calls.",
    );
  }
  if (!isIPv4(ip)) {
    const what = isIPv6(ip) ? "is an IPv6 address; the carrier takes IPv4 only" : "is not an IPv4 address";
    return refuse(ipField, `${quoteText(ip)} ${what}. Nothing was sent.`, "Pass four numbers from 0 to 255, such as 44.248.146.11.");
  }
  const reason = unusable(ip, sandbox);
  if (reason)
    return refuse(
      ipField,
      `${ip} is ${reason}. Nothing was sent.`,
      "Pass the public address that the carrier sees, not the one of the machine behind NAT.",
    );
  return checkHostBits(ip, maskField, mask);
}

/** `44.248.146.8/29` as a whitelist takes it; a single address has mask 32. Nothing for what is not written so. */
export function parseEntry(entry: string): { ip: string; mask: number } | undefined {
  const [, ip, mask = "32"] = /^([^\s/]+)(?:\/(\d{1,2}))?$/.exec(entry.trim()) ?? [];
  return ip === undefined ? undefined : { ip, mask: Number(mask) };
}

function checkHostBits(ip: string, maskField: string, mask: number): InputFinding | undefined {
  const network = ipaddr.IPv4.networkAddressFromCIDR(`${ip}/${mask}`).toString();
  if (network === ip) return undefined;
  const count = 2 ** (32 - mask);
  return refuse(
    maskField,
    `${ip} with mask ${mask} is an address inside a range, not a range. Nothing was sent.`,
    `For this one address use mask 32; for all ${count} addresses around it pass ${network} with mask ${mask}.`,
  );
}

/** An IPv4 or IPv6 address, or a range of them. */
export function checkAddressOrRange(field: string, value: string, sandbox: boolean): InputFinding | undefined {
  const [address = "", bits, ...rest] = value.split("/");
  const version = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
  const wellFormed = version > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= version));
  if (!wellFormed) {
    return refuse(
      field,
      `${quoteText(value)} is not an IP address or range. Nothing was sent.`,
      "Pass an address such as 44.248.146.11, or a range such as 44.248.146.8/29.",
    );
  }
  const reason = unusable(address, sandbox);
  return reason ? refuse(field, `${address} is ${reason}. Nothing was sent.`, "Pass the public address that the carrier sees.") : undefined;
}

/** How many bits of an address list entry are fixed; a single address fixes all of them. */
export function rangeBits(value: string): number {
  const [address = "", bits] = value.split("/");
  return bits === undefined ? (isIPv6(address) ? 128 : 32) : Number(bits);
}
