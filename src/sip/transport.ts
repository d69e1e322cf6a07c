import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { reportTls, type TlsReport } from "./certificate.ts";
import { Framer, MAX_BYTES } from "./framer.ts";
import type { Candidate } from "./locate.ts";
import { type Incoming, type OptionsRequest, readMessage, type SipResponse } from "./message.ts";
import { type Outcome, outcomeOf, PeerFault, type Phase, PhaseTimeout, within } from "./outcome.ts";

export interface Timing {
  dnsMs: number;
  connectMs: number;
  tlsMs: number;
  responseMs: number;
  /** No further candidate is begun after this. */
  totalMs: number;
}

export interface Exchange {
  candidate: Candidate;
  /** Made once the local port is known. */
  request(localPort: number): OptionsRequest;
  /** Whom the certificate must name: what was asked for, not what DNS made of it. */
  domain: string;
  /** Authorities to trust instead of Node's own. */
  authorities?: string[] | undefined;
  timing: Timing;
  signal?: AbortSignal | undefined;
}

export interface Spent {
  connectMs?: number;
  tlsMs?: number;
  responseMs?: number;
}

/** What is known of a try, filled in as it goes. */
export interface Exchanged {
  result: Outcome;
  spent: Spent;
  tls?: TlsReport | undefined;
}

/** One try of one candidate: one request and the first final answer to it. */
export async function exchange(setup: Exchange): Promise<Exchanged> {
  setup.signal?.throwIfAborted();
  return setup.candidate.transport === "udp" ? await overUdp(setup) : await overStream(setup);
}

/** Takes in what arrives until the final answer; knows whether the peer at least began to answer. */
class Listener {
  provisional: number | undefined;
  readonly answer: Promise<SipResponse>;
  #resolve: (response: SipResponse) => void = () => {};
  fail: (reason: Error) => void = () => {};

  constructor() {
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.fail = reject;
    });
    // It may fail before anybody waits for it.
    this.answer.catch(() => {});
  }

  take(incoming: Incoming): void {
    if (incoming.kind === "final") this.#resolve(incoming.response);
    else if (incoming.kind === "provisional") this.provisional = incoming.status;
    else if (incoming.kind === "not_sip") this.fail(new PeerFault("not_sip"));
  }
}

const T1_MS = 500;
const T2_MS = 4_000;

async function overUdp({ candidate, request, timing, signal }: Exchange): Promise<Exchanged> {
  const socket = createSocket(isIP(candidate.address) === 6 ? "udp6" : "udp4");
  const listener = new Listener();
  socket.on("error", listener.fail);
  const started = performance.now();
  let resend: NodeJS.Timeout | undefined;
  let phase: Phase = "connect";
  try {
    // A connected socket hears that the port is closed, and nobody but the peer.
    const connected = once(socket, "connect");
    socket.connect(candidate.port, candidate.address);
    await within(connected, timing.connectMs, signal);
    phase = "response";
    const { bytes, branch } = request(socket.address().port);
    hearDatagrams(socket, listener, branch);
    const send = (afterMs: number) => {
      socket.send(bytes);
      resend = setTimeout(send, afterMs, Math.min(afterMs * 2, T2_MS));
    };
    send(T1_MS);
    const response = await within(listener.answer, timing.responseMs, signal);
    return { result: { outcome: "answered", response }, spent: { responseMs: since(started) } };
  } catch (error) {
    signal?.throwIfAborted();
    const isSilent = error instanceof PhaseTimeout && phase === "response";
    const result: Outcome = isSilent ? silent(false, listener) : outcomeOf(error, phase, false);
    return { result, spent: { responseMs: since(started) } };
  } finally {
    clearTimeout(resend);
    socket.close();
  }
}

function hearDatagrams(socket: ReturnType<typeof createSocket>, listener: Listener, branch: string): void {
  let received = 0;
  socket.on("message", (datagram) => {
    received += datagram.length;
    // A header block ends at the first empty line; the body is not read.
    const [head = ""] = datagram.toString("utf8").split("\r\n\r\n", 1);
    // Empty lines keep a path open, and are no message.
    if (received <= MAX_BYTES && head.trim() !== "") listener.take(readMessage(head, branch));
    else if (received > MAX_BYTES) listener.fail(new PeerFault("too_large"));
  });
}

async function overStream(setup: Exchange): Promise<Exchanged> {
  const { candidate, request, timing, signal } = setup;
  const listener = new Listener();
  const known: Known = { spent: {}, phase: "connect" };
  const plain = connect({ host: candidate.address, port: candidate.port });
  plain.on("error", listener.fail);
  try {
    await timed(known, "connectMs", within(Promise.race([once(plain, "connect"), listener.answer]), timing.connectMs, signal));
    const socket = candidate.transport === "tls" ? await secure(plain, setup, known, listener) : plain;
    known.phase = "response";
    const { bytes, branch } = request(plain.localPort ?? 0);
    hearStream(socket, listener, branch);
    socket.write(bytes);
    const response = await timed(known, "responseMs", within(listener.answer, timing.responseMs, signal));
    return { result: { outcome: "answered", response }, spent: known.spent, tls: known.tls };
  } catch (error) {
    signal?.throwIfAborted();
    return { result: streamOutcome(error, known, listener), spent: known.spent, tls: known.tls };
  } finally {
    plain.destroy();
  }
}

interface Known {
  spent: Spent;
  phase: Phase;
  tls?: TlsReport;
}

async function secure(plain: Socket, { domain, authorities, timing, signal }: Exchange, known: Known, listener: Listener) {
  known.phase = "tls";
  const socket = connectTls({
    socket: plain,
    ...(isIP(domain) === 0 ? { servername: domain } : {}),
    ...(authorities ? { ca: authorities } : {}),
    // Chain, name, version and key are judged by the report, each for itself: nothing secret is sent on this connection.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    minVersion: "TLSv1",
    ciphers: "DEFAULT@SECLEVEL=0",
  });
  const look = () => {
    const report = reportTls(socket, domain, Date.now());
    if (report.certificate) known.tls = report;
  };
  socket.on("error", listener.fail);
  socket.once("close", () => listener.fail(new PeerFault("closed")));
  // Keys are made once the certificate is there: the last moment to see it if the peer then refuses us for having none.
  socket.on("keylog", () => known.tls ?? look());
  await timed(known, "tlsMs", within(Promise.race([once(socket, "secureConnect"), listener.answer]), timing.tlsMs, signal));
  look();
  return socket;
}

function hearStream(socket: Socket | TLSSocket, listener: Listener, branch: string): void {
  const framer = new Framer();
  socket.on("data", (chunk: Buffer) => {
    if (framer.overflowed) return;
    for (const head of framer.push(chunk)) listener.take(readMessage(head, branch));
    if (framer.overflowed) listener.fail(new PeerFault("too_large"));
  });
  socket.once("end", () => listener.fail(new PeerFault("closed")));
  socket.once("close", () => listener.fail(new PeerFault("closed")));
}

function streamOutcome(error: unknown, { phase, tls }: Known, listener: Listener): Outcome {
  if (error instanceof PhaseTimeout && phase === "response") return silent(true, listener);
  const outcome = outcomeOf(error, phase, tls?.clientCertificate === "asked");
  if (tls && outcome.outcome === "tls_failed" && outcome.problem === "client_certificate") tls.clientCertificate = "required";
  return outcome;
}

function silent(connected: boolean, { provisional }: Listener): Outcome {
  return { outcome: "silent", connected, provisional };
}

async function timed<T>(known: Known, name: keyof Spent, work: Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work;
  } finally {
    known.spent[name] = since(started);
  }
}

function since(started: number): number {
  return Math.round((performance.now() - started) * 10) / 10;
}
