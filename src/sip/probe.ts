import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import type { DnsResolver } from "../core/dns.ts";
import { TrunkError } from "../core/errors.ts";
import { quoteText } from "../core/text.ts";
import { isGood, type TlsReport } from "./certificate.ts";
import { type Candidate, type DnsProblem, type DnsRecord, type Located, Locator, type SipHost } from "./locate.ts";
import { buildOptions } from "./message.ts";
import { inTime, PhaseTimeout, type ProbeOutcome } from "./outcome.ts";
import { overStream } from "./stream.ts";
import type { Spent, Timing } from "./transport.ts";
import { overUdp } from "./udp.ts";

export interface ProbeTarget extends SipHost {
  /** Of the Request-URI, for peers that only answer for somebody. */
  user?: string | undefined;
  /** The domain of the Request-URI where it is not the host: an account's domain behind a gateway. */
  domain?: string | undefined;
  fromDomain?: string | undefined;
}

export interface ProbeOptions {
  /** The header in which the carrier's answers hold its own error code. */
  errorCodeHeader?: string | undefined;
  /**
   * Asked for every address, right before a packet goes to that very address: what DNS says is somebody else's wish. It is given as it
   * will be used, so an IPv4 address may come in IPv6 spelling ("::ffff:10.0.0.1").
   */
  isAllowed(address: string, port: number): boolean;
  resolver?: DnsResolver | undefined;
  timing?: Partial<Timing> | undefined;
  /** Certificates of authorities (PEM) to trust instead of Node's own. */
  authorities?: string[] | undefined;
  signal?: AbortSignal | undefined;
}

export type ProbeAttempt = ProbeOutcome & {
  candidate: Candidate;
  spent: Spent;
  /** The facts about TLS, also where it failed. */
  tls?: TlsReport | undefined;
};

export interface DnsFailure {
  outcome: "dns_failed";
  problem: DnsProblem;
  name: string;
}

export interface ProbeReport {
  target: ProbeTarget;
  /** The first attempt that was answered, or else the one that tells most. */
  result: ProbeAttempt | DnsFailure;
  attempts: ProbeAttempt[];
  /** Candidates that were found and not tried. */
  untried: number;
  dns: { records: DnsRecord[]; spentMs: number; problem?: { problem: DnsProblem; name: string } | undefined };
}

const MAX_CANDIDATES = 4;

const defaultTiming: Timing = { dnsMs: 4_000, connectMs: 4_000, tlsMs: 4_000, responseMs: 4_000, totalMs: 20_000 };

/** Asks a SIP peer whether it is there: OPTIONS, to one candidate after the other until one answers. Places no call. */
export async function probe(wanted: ProbeTarget, options: ProbeOptions): Promise<ProbeReport> {
  checkTarget(wanted);
  // The dot of DNS's root belongs into no certificate and no SIP address.
  const target = { ...wanted, host: wanted.host.replace(/\.$/, "") };
  const timing = { ...defaultTiming, ...options.timing };
  const started = performance.now();
  const { candidates, records, problem } = await findCandidates(target, timing, options);
  const dns = { records, spentMs: Math.round(performance.now() - started), problem };
  const attempts: ProbeAttempt[] = [];
  for (const candidate of candidates.slice(0, MAX_CANDIDATES)) {
    if (attempts.length > 0 && performance.now() - started > timing.totalMs) break;
    const attempt = await attemptOne(candidate, target, timing, options);
    attempts.push(attempt);
    if (isFinal(attempt)) break;
  }
  const best = attempts.toSorted((a, b) => told(b) - told(a))[0];
  const result = best ?? { outcome: "dns_failed", ...(problem ?? { problem: "no_address", name: target.host }) };
  return { target, result, attempts, untried: candidates.length - attempts.length, dns };
}

/** Looks a peer up; nothing is sent to it. */
export async function findCandidates(
  target: SipHost,
  { dnsMs }: Pick<Timing, "dnsMs">,
  { resolver, signal }: Pick<ProbeOptions, "resolver" | "signal">,
): Promise<Located> {
  const own = resolver ? undefined : new Resolver({ timeout: Math.ceil(dnsMs / 3), tries: 2 });
  const locator = new Locator(resolver ?? own ?? new Resolver());
  try {
    await inTime(locator.locate(target), dnsMs, signal);
  } catch (error) {
    if (!(error instanceof PhaseTimeout)) throw error;
    locator.found.problem = { problem: "timeout", name: target.host };
  } finally {
    locator.abandon();
    own?.cancel();
  }
  const { candidates, records, problem } = locator.found;
  // That one kind of address or one target is missing does not matter where there is another.
  const isHarmless = candidates.length > 0 && problem?.problem !== "server_failed" && problem?.problem !== "timeout";
  // Copies: an answer that comes too late changes nothing any more.
  return { candidates: [...candidates], records: [...records], problem: isHarmless ? undefined : problem };
}

async function attemptOne(candidate: Candidate, target: ProbeTarget, timing: Timing, options: ProbeOptions): Promise<ProbeAttempt> {
  const { isAllowed, authorities, signal, errorCodeHeader } = options;
  signal?.throwIfAborted();
  if (!isAllowed(candidate.address, candidate.port)) return { outcome: "not_allowed", candidate, spent: {} };
  const { host, port, user, domain = host, fromDomain } = target;
  const { transport } = candidate;
  const request = (localPort: number) =>
    buildOptions({ transport, localPort, user, domain, port: domain === host ? port : undefined, fromDomain, errorCodeHeader });
  const exchange = transport === "udp" ? overUdp : overStream;
  const { result, spent, tls } = await exchange({ candidate, request, domain: host, authorities, timing, signal });
  return { ...result, candidate, spent, tls };
}

/** A 503 says that another server may do better (RFC 3263, 4.3); any other answer is the peer's. */
function isFinal(attempt: ProbeAttempt): boolean {
  return attempt.outcome === "answered" && attempt.response.status !== 503;
}

/** From here on somebody is there, even if silent. */
export const CONNECTED = 7;

const scale: Record<ProbeOutcome["outcome"], number> = {
  answered: 10,
  tls_failed: 6,
  broken: 5,
  silent: 4,
  timeout: 3,
  refused: 2,
  not_allowed: 0,
};

/** How much an attempt told of the peer: one refusal must not speak for others that are silent. */
export function told(attempt: ProbeAttempt): number {
  const certificate = attempt.tls?.certificate;
  if (attempt.outcome === "answered") return scale.answered + (isFinal(attempt) ? 1 : 0) - (certificate && !isGood(certificate) ? 0.5 : 0);
  if (certificate && isGood(certificate)) return 8;
  if (attempt.outcome === "silent" && attempt.connected) return CONNECTED;
  // Mostly this machine's own want of IPv6.
  if (attempt.outcome === "broken" && attempt.problem === "unreachable") return 1;
  return scale[attempt.outcome];
}

const HOST = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*\.?$/i;
const USER = /^[A-Za-z0-9+._~-]{1,128}$/;

/** Refuses text that could end a request line. */
function checkTarget({ host, port, user, domain, fromDomain }: ProbeTarget): void {
  for (const [field, name] of Object.entries({ host, domain, fromDomain })) {
    if (name !== undefined && !isHost(name)) throw unusable(field, `${quoteText(name)} is neither a host name nor an IP address.`);
  }
  if (user !== undefined && !USER.test(user)) throw unusable("user", `${quoteText(user)} cannot be the user part of a SIP address.`);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) throw unusable("port", `${port} is not a port.`);
}

/** An address with a zone ("%eth0") means something on one machine only. */
function isHost(name: string): boolean {
  return isIP(name) === 0 ? HOST.test(name) : !name.includes("%");
}

function unusable(field: string, sentence: string): TrunkError {
  return new TrunkError("invalid_input", `${sentence} Nothing was sent.`, { field });
}
