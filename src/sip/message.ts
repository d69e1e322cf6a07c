import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { cleanText } from "../core/text.ts";

export type Transport = "udp" | "tcp" | "tls";

/** A request as it is sent, with what its answer is recognised by. OPTIONS is the only one that can be built here. */
export interface OptionsRequest extends ExpectedAnswer {
  bytes: Buffer;
}

/** Marks of the answer to one request, and the header that is read beside SIP's own. */
export interface ExpectedAnswer {
  branch: string;
  /** The header in which the carrier's answers hold its own error code. */
  errorCodeHeader?: string | undefined;
}

export interface OptionsFields {
  transport: Transport;
  /** The port of the own socket: where an answer comes that ignores `rport`. */
  localPort: number;
  /** Of the Request-URI. */
  user?: string | undefined;
  domain: string;
  port?: number | undefined;
  fromDomain?: string | undefined;
  errorCodeHeader?: string | undefined;
}

/** A peer's answer, as fields. All of it is foreign text: cleaned and cut, yet to be believed by nobody. */
export interface SipResponse {
  status: number;
  reason: string;
  /** The Server header, or User-Agent where there is none. */
  server?: string | undefined;
  /** Methods that the peer says it takes. */
  allow: string[];
  /** The source of the request as the peer saw it. */
  seenAs?: { address: string; port?: number | undefined } | undefined;
  retryAfterSeconds?: number | undefined;
  /** The carrier's own code, and the header that holds it. */
  errorCode?: { header: string; code: string } | undefined;
  /** The realm of a digest challenge. */
  realm?: string | undefined;
}

const MAX_VALUE = 200;
const MAX_METHODS = 20;

/** Resolves nowhere by definition (RFC 2606), so that no machine's own name or address is told; a peer adds `received` to it (RFC 3581). */
const NOBODY = "trunkline.invalid";

export function buildOptions(fields: OptionsFields): OptionsRequest {
  const { transport, localPort, user, domain, port, fromDomain = NOBODY, errorCodeHeader } = fields;
  const branch = `z9hG4bK${randomBytes(16).toString("hex")}`;
  const at = `${user === undefined ? "" : `${user}@`}${bracketed(domain)}${port === undefined ? "" : `:${port}`}`;
  const lines = [
    `OPTIONS sip:${at};transport=${transport} SIP/2.0`,
    `Via: SIP/2.0/${transport.toUpperCase()} ${NOBODY}:${localPort};branch=${branch};rport`,
    "Max-Forwards: 70",
    `From: <sip:trunkline@${bracketed(fromDomain)}>;tag=${randomBytes(8).toString("hex")}`,
    `To: <sip:${at}>`,
    `Call-ID: ${randomBytes(16).toString("hex")}`,
    "CSeq: 1 OPTIONS",
    `Contact: <sip:trunkline@${NOBODY}:${localPort};transport=${transport}>`,
    "Accept: application/sdp",
    "User-Agent: Trunkline",
    "Content-Length: 0",
  ];
  return { bytes: Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), branch, errorCodeHeader };
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

export type Incoming =
  | { kind: "final"; response: SipResponse }
  | { kind: "provisional"; status: number }
  /** A request of the peer's own, or an answer to somebody else. */
  | { kind: "unrelated" }
  | { kind: "not_sip" };

/** Reads a header block, and tells whether it answers the awaited request. */
export function readMessage(head: string, awaited: ExpectedAnswer): Incoming {
  // A folded header is one line (RFC 3261, 7.3.1).
  const [start = "", ...lines] = head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  const [, digits, reason = ""] = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/is.exec(start) ?? [];
  if (digits === undefined) return { kind: / SIP\/2\.0$/i.test(start) ? "unrelated" : "not_sip" };
  const headers = readHeaders(lines);
  const via = viaParameters(headers.get("via") ?? "");
  const isOurs = via.get("branch")?.toLowerCase() === awaited.branch.toLowerCase() && /^\d+\s+OPTIONS$/i.test(headers.get("cseq") ?? "");
  if (!isOurs) return { kind: "unrelated" };
  const status = Number(digits);
  if (status < 200) return { kind: "provisional", status };
  return { kind: "final", response: toResponse({ status, reason }, headers, via, awaited.errorCodeHeader) };
}

const compact: Record<string, string> = { v: "via", l: "content-length", f: "from", t: "to", i: "call-id", m: "contact", k: "supported" };

/** The first of each header: only the topmost Via is ours, and of the others nothing is read that comes in several. */
function readHeaders(lines: string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const written = line.slice(0, colon).trim().toLowerCase();
    const name = compact[written] ?? written;
    const value = line.slice(colon + 1).trim();
    const known = headers.get(name);
    if (known === undefined) headers.set(name, value);
    // Methods may be spread over several lines.
    else if (name === "allow") headers.set(name, `${known},${value}`);
  }
  return headers;
}

function viaParameters(via: string): Map<string, string> {
  const [topmost = ""] = via.split(",");
  const pairs = topmost.split(";").slice(1);
  return new Map(
    pairs.map((pair) => {
      const [name = "", value = ""] = pair.split("=");
      return [name.trim().toLowerCase(), value.trim()];
    }),
  );
}

function toResponse(
  { status, reason }: Pick<SipResponse, "status" | "reason">,
  headers: Map<string, string>,
  via: Map<string, string>,
  header: string | undefined,
): SipResponse {
  const text = (name: string) => {
    const value = headers.get(name);
    return value === undefined ? undefined : cleanText(value, MAX_VALUE);
  };
  const code = header === undefined ? undefined : text(header.toLowerCase());
  return {
    status,
    reason: cleanText(reason, MAX_VALUE),
    server: text("server") ?? text("user-agent"),
    allow: methods(headers.get("allow") ?? ""),
    seenAs: seenAs(via),
    retryAfterSeconds: wholeNumber(headers.get("retry-after")),
    ...(header === undefined || code === undefined ? {} : { errorCode: { header, code } }),
    realm: realm(headers.get("www-authenticate") ?? headers.get("proxy-authenticate")),
  };
}

function methods(allow: string): string[] {
  const named = allow.split(",").map((method) => method.trim().toUpperCase());
  return [...new Set(named.filter((method) => /^[A-Z]{1,20}$/.test(method)))].slice(0, MAX_METHODS);
}

function seenAs(via: Map<string, string>): SipResponse["seenAs"] {
  const address = (via.get("received") ?? "").replace(/^\[(.*)\]$/, "$1");
  if (isIP(address) === 0 || address.includes("%")) return undefined;
  const port = wholeNumber(via.get("rport"));
  return { address, port: port !== undefined && port >= 1 && port <= 65_535 ? port : undefined };
}

function wholeNumber(text: string | undefined): number | undefined {
  const digits = /^\d{1,9}(?!\d)/.exec(text ?? "");
  return digits ? Number(digits[0]) : undefined;
}

function realm(challenge: string | undefined): string | undefined {
  const quoted = /\brealm\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(challenge ?? "")?.[1];
  return quoted === undefined ? undefined : cleanText(quoted.replace(/\\(.)/g, "$1"), MAX_VALUE);
}
