import { BlockList, isIPv4 } from "node:net";
import { Refusal } from "./dialect.ts";

/** More digits than this never reach the carrier's own check. */
const LONGEST_ROUTABLE_NUMBER = 30;
const WORD = /^[A-Za-z0-9_]*$/;
const E164 = /^\+[1-9]\d{6,14}$/;
const DESTINATION = /^(?:sip:)?([A-Za-z0-9.-]+):(\d{1,5});transport=(?:tls|tcp)$/;
const FQDN = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$/;

/** `trunk_name` becomes "TrunkName is mandatory". */
export function required(value: string | undefined, field: string): string {
  if (value) return value;
  throw missing(field);
}

export function missing(field: string): Refusal {
  const goField = field.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return new Refusal("missing", `${goField} is mandatory`, `Missing required field: ${field}`);
}

export function checkTrunkName(value: string): string {
  const documented = "trunk_name must be alphanumeric with underscores only, max 16 characters";
  if (value.length > 16) {
    throw new Refusal("invalid_trunk", "Maximum allowed length for TrunkName is 16", documented);
  }
  if (!WORD.test(value)) {
    throw new Refusal("invalid_trunk", "Allowed characters for TrunkName is alphanumeric and _", documented);
  }
  return value;
}

export function checkNsoCode(value: string): string {
  if (value === "ANY-ANY") return value;
  throw new Refusal("invalid_trunk", "Nso code is invalid", "nso_code must be ANY-ANY");
}

export function checkDomainName(value: string): string {
  if (value.endsWith(".pstn.exotel.com")) return value;
  const documented = "domain_name must end with .pstn.exotel.com";
  throw new Refusal("invalid_trunk", "Domain name should end with .pstn.exotel.com", documented);
}

export function checkPhoneNumber(value: string | undefined): string {
  const documented = "phone_number must be in E.164 format (e.g., +919876543210)";
  if (value === undefined) throw missing("phone_number");
  if (value === "" || value.length > LONGEST_ROUTABLE_NUMBER) {
    throw new Refusal("unroutable_number", "Not Found", documented);
  }
  if (!E164.test(value)) throw new Refusal("invalid", "Invalid PhoneNumber", documented);
  return value;
}

export function checkMode(value: string | undefined): string | null {
  if (value === undefined || value === "pstn" || value === "flow") return value ?? null;
  throw new Refusal("invalid", "Invalid Mode", "mode must be pstn or flow");
}

export function checkAlias(name: string, value: string): void {
  if (name !== "trunk_external_alias") throw new Refusal("invalid", "Invalid setting name");
  if (!E164.test(value)) throw new Refusal("invalid", "Invalid PhoneNumber", "value must be in E.164 format");
}

/** Any IPv4 address, private ones too: only destinations are held to public ones. */
export function checkIp(value: string): string {
  if (isIPv4(value)) return value;
  throw new Refusal("invalid", "Invalid ip", "ip must be a valid IPv4 address");
}

export function checkMask(value: number, smallest: number): number {
  if (value >= smallest && value <= 32) return value;
  throw new Refusal("invalid", "mask should be in-between 16 and 32", "mask must be an integer between 1 and 32");
}

export function checkFriendlyName(value: string | undefined): string | null {
  if (value === undefined) return null;
  if (value.length > 32) throw new Refusal("invalid", "Maximum allowed length for FriendlyName is 32");
  // The spelling is the carrier's.
  if (!WORD.test(value)) throw new Refusal("invalid", "Allowed characters for FriendlyName is alphanumberic and _");
  return value;
}

export function checkPassword(value: string): void {
  if (!WORD.test(value)) throw new Refusal("invalid", "Allowed characters for Password is alphanumberic and _");
}

export interface Destination {
  host: string;
  port: string;
  uri: string;
}

export function checkDestination(text: string, whitelist: readonly { ip: string; mask: number }[]): Destination {
  const [, host, port] = DESTINATION.exec(text) ?? [];
  if (!host || !port || !isPort(port) || !isPublicHost(host)) {
    throw new Refusal("invalid", "Destination is not a valid Ip or Fqdn");
  }
  if (isIPv4(host) && !isWithin(host, whitelist)) throw new Refusal("invalid", "Destination not whitelisted");
  return { host, port, uri: text.startsWith("sip:") ? text : `sip:${text}` };
}

function isPort(text: string): boolean {
  return Number(text) >= 1 && Number(text) <= 65_535;
}

/**
 * The carrier also refuses the documentation addresses of RFC 5737. They are accepted here, because the sandbox
 * is where people try the examples of the carrier's own documents, and all of those use 203.0.113.x.
 */
function isPublicHost(host: string): boolean {
  return isIPv4(host) ? !isWithin(host, NOT_PUBLIC) : FQDN.test(host);
}

const NOT_PUBLIC = [
  { ip: "0.0.0.0", mask: 8 },
  { ip: "10.0.0.0", mask: 8 },
  { ip: "100.64.0.0", mask: 10 },
  { ip: "127.0.0.0", mask: 8 },
  { ip: "169.254.0.0", mask: 16 },
  { ip: "172.16.0.0", mask: 12 },
  { ip: "192.168.0.0", mask: 16 },
  // Multicast and reserved, to the end.
  { ip: "224.0.0.0", mask: 3 },
];

function isWithin(host: string, ranges: readonly { ip: string; mask: number }[]): boolean {
  const list = new BlockList();
  for (const { ip, mask } of ranges) list.addSubnet(ip, mask, "ipv4");
  return list.check(host, "ipv4");
}
