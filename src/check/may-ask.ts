import { isIPv4 } from "node:net";
import type { Probes } from "../core/local.ts";
import { isInside, unusable } from "../rules/address.ts";

/** The ports on which SIP is served; others only where the trunk names them. */
const FIRST_PORT = 5060;
const LAST_PORT = 5091;
const HTTPS_PORT = 443;

export function isSipPort(port: number): boolean {
  return port === HTTPS_PORT || (port >= FIRST_PORT && port <= LAST_PORT);
}

/** Addresses at which clouds tell a machine its own secrets, besides link-local ones. Nothing opens them. */
const METADATA = new Set(["fd00:ec2::254", "100.100.100.200"]);

export type InsideRules = Pick<Probes, "allowPrivate" | "anyPortInside">;

/** Whether a packet may go there. Asked for the very address that is connected to, so a name that changes its mind gains nothing. */
export function mayAsk({ allowPrivate, anyPortInside }: InsideRules, ports: ReadonlySet<number>) {
  return (address: string, port: number): boolean => {
    const plain = unmapped(address);
    if (unusable(plain, false) === undefined) return isSipPort(port) || ports.has(port);
    // A port that a trunk names was written by whoever wrote the trunk: inside, it opens nothing but SIP.
    return allowPrivate && canBeOpened(plain) && (isSipPort(port) || (anyPortInside === true && ports.has(port)));
  };
}

function canBeOpened(address: string): boolean {
  return isInside(address) && !METADATA.has(address.toLowerCase());
}

/** Advice about an address that is not asked. */
export function howToOpen(address: string): string {
  return canBeOpened(unmapped(address))
    ? "If it is meant, the operator sets TRUNKLINE_ALLOW_PRIVATE_PROBES, or for a tenant allow_private_probes."
    : "Name the peer's public address: no setting opens this one.";
}

/** An IPv4 address in IPv6 spelling is judged as what it is. */
function unmapped(address: string): string {
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (dotted !== undefined && isIPv4(dotted)) return dotted;
  const [, high, low] =
    /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(new URL(`http://${bracketed(address)}`).hostname.slice(1, -1)) ?? [];
  if (high === undefined || low === undefined) return address;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join(".");
}

function bracketed(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
