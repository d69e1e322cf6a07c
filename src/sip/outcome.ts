import type { SipResponse } from "./message.ts";

/** `client_certificate`: the peer wants one of ours, and we present none. `not_tls`: something else listens there. */
export type TlsProblem = "client_certificate" | "not_tls" | "version" | "handshake" | "closed";

/** `not_sip`: what came is no SIP message. `too_large`: more came than any answer needs. */
export type Breakage = "closed" | "reset" | "unreachable" | "too_large" | "not_sip" | "failed";

/** How a try ended. Every way is a value; only the caller's own signal throws. */
export type ProbeOutcome =
  | { outcome: "answered"; response: SipResponse }
  /** `connected`: TCP or TLS stood, so somebody is there; over UDP nobody can tell. `provisional`: it began to answer. */
  | { outcome: "silent"; connected: boolean; provisional?: number | undefined }
  | { outcome: "refused" }
  | { outcome: "timeout"; phase: "connect" | "tls" }
  | { outcome: "tls_failed"; problem: TlsProblem; code?: string | undefined }
  | { outcome: "not_allowed" }
  | { outcome: "broken"; problem: Breakage; code?: string | undefined };

export type Phase = "connect" | "tls" | "response";

/** A phase took longer than it may. */
export class PhaseTimeout extends Error {}

/** The peer did something that ends the try. */
export class PeerFault extends Error {
  readonly problem: Breakage;

  constructor(problem: Breakage) {
    super(problem);
    this.problem = problem;
  }
}

const tlsProblems: Record<string, TlsProblem> = {
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "client_certificate",
  ERR_SSL_WRONG_VERSION_NUMBER: "not_tls",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "not_tls",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "version",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "version",
};

const breakages: Record<string, Breakage> = {
  ECONNRESET: "reset",
  EPIPE: "reset",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  EACCES: "unreachable",
  EPERM: "unreachable",
};

/** The meaning of an error in its phase. `wantedCertificate`: the peer asked for a certificate and got none. */
export function outcomeOf(error: unknown, phase: Phase, wantedCertificate: boolean): ProbeOutcome {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  if (code === "ECONNREFUSED") return { outcome: "refused" };
  if (phase !== "response" && (error instanceof PhaseTimeout || code === "ETIMEDOUT")) return { outcome: "timeout", phase };
  const problem = error instanceof PeerFault ? error.problem : (breakages[code ?? ""] ?? "failed");
  const tlsProblem = tlsProblemOf(code, problem, phase, wantedCertificate);
  return tlsProblem ? { outcome: "tls_failed", problem: tlsProblem, code } : { outcome: "broken", problem, code };
}

function tlsProblemOf(code = "", problem: Breakage, phase: Phase, wantedCertificate: boolean): TlsProblem | undefined {
  const isAlert = code.startsWith("ERR_SSL_");
  const isCut = problem === "closed" || problem === "reset";
  // Some say so with an alert, before TLS 1.3 a vague one; some just hang up.
  if (wantedCertificate && (isAlert || isCut)) return "client_certificate";
  if (isAlert) return tlsProblems[code] ?? "handshake";
  if (phase !== "tls") return undefined;
  return isCut ? "closed" : "handshake";
}

/** The result of `work`, unless `limitMs` or the signal come first; whoever calls ends the work then. */
export function inTime<T>(work: Promise<T>, limitMs: number, signal: AbortSignal | undefined): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    const timer = setTimeout(() => reject(new PhaseTimeout()), limitMs);
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    work.then(resolve, reject).finally(end);
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
  });
}
