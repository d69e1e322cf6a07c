import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import { cleanText } from "../core/text.ts";

/**
 * `missing_intermediate`: the peer sent its own certificate only, which says where its issuer's can be had: as far as can be told
 * from outside, a public authority stands behind it. `not_judged`: the handshake ended before the chain was.
 */
export type ChainVerdict =
  | "trusted"
  | "expired"
  | "not_yet_valid"
  | "self_signed"
  | "missing_intermediate"
  | "unknown_authority"
  | "untrusted"
  | "not_judged";

/** `wildcard`: only a pattern covers the name. RFC 5922 (7.2) takes none, most peers do. */
export type NameVerdict = "match" | "wildcard" | "mismatch";

export interface CertificateReport {
  /** The authority that vouches for it; says nothing of the name. */
  chain: ChainVerdict;
  /** OpenSSL's word for it, unless trusted. */
  chainCode?: string | undefined;
  name: NameVerdict;
  /** All that it is made out to; which of them count, RFC 5922 says. */
  names: string[];
  subject: string;
  issuer: string;
  selfSigned: boolean;
  validFrom: string;
  validTo: string;
  /** Whole days; negative once expired. */
  daysLeft: number;
  key: { type: string; bits?: number | undefined };
}

export interface TlsReport {
  /** "TLSv1.2", as negotiated. */
  version?: string | undefined;
  /** Whether the peer wanted a certificate of ours. None is ever presented. */
  clientCertificate: "not_asked" | "asked" | "required";
  certificate?: CertificateReport | undefined;
}

const DAY_MS = 86_400_000;
const MAX_NAMES = 20;

/** Describes a connection once the peer's certificate is there, before or after the handshake is over. */
export function reportTls(socket: TLSSocket, domain: string, nowMs: number): TlsReport {
  const { raw, bits, infoAccess } = socket.getPeerCertificate(false) ?? {};
  const chain = { code: chainCode(socket), namesIssuer: infoAccess?.["CA Issuers - URI"] !== undefined };
  return {
    version: socket.getProtocol() ?? undefined,
    // On a client's side these are known only where the server asked for a certificate.
    clientCertificate: socket.getSharedSigalgs().length > 0 ? "asked" : "not_asked",
    certificate: raw ? reportCertificate(new X509Certificate(raw), { chain, bits, domain, nowMs }) : undefined,
  };
}

function chainCode(socket: TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  // Typed as an error, a string in truth.
  const code: unknown = socket.authorizationError;
  return typeof code === "string" ? code : "NOT_JUDGED";
}

interface Circumstances {
  chain: { code: string | undefined; namesIssuer: boolean };
  bits: number | undefined;
  domain: string;
  nowMs: number;
}

function reportCertificate(certificate: X509Certificate, { chain, bits, domain, nowMs }: Circumstances): CertificateReport {
  const { names, verdict } = judgeName(certificate.subjectAltName, commonName(certificate.subject), domain);
  const validTo = Date.parse(certificate.validTo);
  return {
    chain: chainVerdict(chain),
    chainCode: chain.code,
    name: verdict,
    names: names.slice(0, MAX_NAMES).map((name) => cleanText(name, 255)),
    subject: cleanText(commonName(certificate.subject) ?? "", 100),
    issuer: cleanText(commonName(certificate.issuer) ?? "", 100),
    selfSigned: certificate.subject === certificate.issuer && certificate.checkIssued(certificate),
    validFrom: isoTime(Date.parse(certificate.validFrom)),
    validTo: isoTime(validTo),
    daysLeft: Math.floor((validTo - nowMs) / DAY_MS),
    key: { type: keyType(certificate), bits },
  };
}

const chainVerdicts: Record<string, ChainVerdict> = {
  CERT_HAS_EXPIRED: "expired",
  CERT_NOT_YET_VALID: "not_yet_valid",
  DEPTH_ZERO_SELF_SIGNED_CERT: "self_signed",
  SELF_SIGNED_CERT_IN_CHAIN: "unknown_authority",
  UNABLE_TO_GET_ISSUER_CERT: "unknown_authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "unknown_authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "unknown_authority",
  NOT_JUDGED: "not_judged",
};

function chainVerdict({ code, namesIssuer }: Circumstances["chain"]): ChainVerdict {
  if (code === undefined) return "trusted";
  // The code for a chain of one certificate that did not sign itself.
  if (code === "UNABLE_TO_VERIFY_LEAF_SIGNATURE" && namesIssuer) return "missing_intermediate";
  return chainVerdicts[code] ?? "untrusted";
}

/** One line of a distinguished name, as Node writes it. */
function commonName(distinguished: string | undefined): string | undefined {
  return /^CN=(.*)$/m.exec(distinguished ?? "")?.[1];
}

function isoTime(ms: number): string {
  return Number.isNaN(ms) ? "" : new Date(ms).toISOString();
}

function keyType(certificate: X509Certificate): string {
  try {
    return certificate.publicKey.asymmetricKeyType ?? "unknown";
  } catch {
    // A kind of key that OpenSSL does not know.
    return "unknown";
  }
}

/**
 * RFC 5922, 7.1 and 7.2, against the domain that was asked for, whatever SRV made of it: identities are `sip:` URIs without a user;
 * only where there is none, DNS names; only without any alternative name, the common name.
 */
export function judgeName(
  alternativeNames: string | undefined,
  commonName: string | undefined,
  domain: string,
): { names: string[]; verdict: NameVerdict } {
  const all = alternatives(alternativeNames ?? "");
  const valuesOf = (kind: string) => all.filter(({ type }) => type === kind).map(({ value }) => value);
  const [uris, dns, addresses] = [valuesOf("URI").flatMap(sipDomain), valuesOf("DNS"), valuesOf("IP Address")];
  const fallback = alternativeNames === undefined && commonName !== undefined ? [commonName] : [];
  const names = [...uris, ...dns, ...addresses, ...fallback];
  if (isIP(domain) !== 0) return { names, verdict: addresses.some((one) => sameAddress(one, domain)) ? "match" : "mismatch" };
  const counting = (uris.length > 0 ? uris : dns.length > 0 ? dns : fallback).map(normalised);
  const wanted = normalised(domain);
  if (counting.includes(wanted)) return { names, verdict: "match" };
  return { names, verdict: counting.some((name) => covers(name, wanted)) ? "wildcard" : "mismatch" };
}

/** Node's rendering of alternative names; a value that holds anything but plain text is a JSON string, so no value can pose as two. */
function alternatives(text: string): { type: string; value: string }[] {
  const found = text.matchAll(/(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",]*)/g);
  return [...found].map(([, type = "", value = ""]) => ({ type, value: value.startsWith('"') ? unquoted(value) : value }));
}

function unquoted(value: string): string {
  try {
    return String(JSON.parse(value));
  } catch {
    return "";
  }
}

function sipDomain(uri: string): string[] {
  const [, host] = /^sip:([^@;?:]+)(?::\d+)?(?:[;?].*)?$/i.exec(uri) ?? [];
  return host === undefined ? [] : [host];
}

function normalised(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function covers(pattern: string, name: string): boolean {
  return pattern.startsWith("*.") && name.indexOf(".") > 0 && name.slice(name.indexOf(".")) === pattern.slice(1);
}

function sameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase() || (isIP(one) === 6 && expanded(one) === expanded(other));
}

/** The one way in which a URL writes an IPv6 address. */
function expanded(address: string): string {
  return isIP(address) === 6 ? new URL(`sip://[${address}]`).host : address;
}

/** A certificate that a caller of that name accepts. */
export function isGood({ chain, name }: Pick<CertificateReport, "chain" | "name">): boolean {
  return chain === "trusted" && name !== "mismatch";
}
