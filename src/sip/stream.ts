import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { reportTls, type TlsReport } from "./certificate.ts";
import { Framer } from "./framer.ts";
import { type OptionsRequest, readMessage } from "./message.ts";
import { inTime, outcomeOf, PeerFault, type Phase, PhaseTimeout, type ProbeOutcome } from "./outcome.ts";
import { type Exchanged, Listener, type SipExchange, type Spent, silent, since } from "./transport.ts";

/** One request over TCP or TLS, and the first final answer to it. */
export async function overStream(setup: SipExchange): Promise<Exchanged> {
  const { candidate, request, timing, signal } = setup;
  const listener = new Listener();
  const known: Known = { spent: {}, phase: "connect" };
  const plain = connect({ host: candidate.address, port: candidate.port });
  plain.on("error", listener.fail);
  try {
    await timed(known, "connectMs", inTime(Promise.race([once(plain, "connect"), listener.answer]), timing.connectMs, signal));
    const socket = candidate.transport === "tls" ? await secure(plain, setup, known, listener) : plain;
    known.phase = "response";
    const awaited = request(plain.localPort ?? 0);
    hearStream(socket, listener, awaited);
    socket.write(awaited.bytes);
    const response = await timed(known, "responseMs", inTime(listener.answer, timing.responseMs, signal));
    return { result: { outcome: "answered", response }, spent: known.spent, tls: known.tls };
  } catch (error) {
    signal?.throwIfAborted();
    return { result: streamOutcome(error, known, listener), spent: known.spent, tls: known.tls };
  } finally {
    plain.destroy();
  }
}

/** The handshake alone: nothing is asked of the peer. */
export async function handshake(setup: Omit<SipExchange, "request">): Promise<TlsReport | undefined> {
  const { candidate, timing, signal } = setup;
  const listener = new Listener();
  const known: Known = { spent: {}, phase: "connect" };
  const plain = connect({ host: candidate.address, port: candidate.port });
  plain.on("error", listener.fail);
  try {
    await inTime(Promise.race([once(plain, "connect"), listener.answer]), timing.connectMs, signal);
    await secure(plain, setup, known, listener);
  } catch {
    signal?.throwIfAborted();
  } finally {
    plain.destroy();
  }
  return known.tls;
}

interface Known {
  spent: Spent;
  phase: Phase;
  tls?: TlsReport;
}

async function secure(
  plain: Socket,
  { domain, authorities, timing, signal }: Omit<SipExchange, "request">,
  known: Known,
  listener: Listener,
) {
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
    // Called from within the handshake, where an exception would end the process; a certificate that cannot be read is not reported.
    try {
      const report = reportTls(socket, domain, Date.now());
      if (report.certificate) known.tls = report;
    } catch {}
  };
  socket.on("error", listener.fail);
  socket.once("close", () => listener.fail(new PeerFault("closed")));
  // Keys are made once the certificate is there: the last moment to see it if the peer then refuses us for having none.
  socket.on("keylog", () => known.tls ?? look());
  await timed(known, "tlsMs", inTime(Promise.race([once(socket, "secureConnect"), listener.answer]), timing.tlsMs, signal));
  look();
  return socket;
}

function hearStream(socket: Socket | TLSSocket, listener: Listener, awaited: OptionsRequest): void {
  const framer = new Framer();
  socket.on("data", (chunk: Buffer) => {
    if (framer.overflowed) return;
    for (const head of framer.push(chunk)) listener.take(readMessage(head, awaited));
    if (framer.overflowed) listener.fail(new PeerFault("too_large"));
  });
  socket.once("end", () => listener.fail(new PeerFault("closed")));
  socket.once("close", () => listener.fail(new PeerFault("closed")));
}

function streamOutcome(error: unknown, { phase, tls }: Known, listener: Listener): ProbeOutcome {
  if (error instanceof PhaseTimeout && phase === "response") return silent(true, listener);
  const outcome = outcomeOf(error, phase, tls?.clientCertificate === "asked");
  if (tls && outcome.outcome === "tls_failed" && outcome.problem === "client_certificate") tls.clientCertificate = "required";
  return outcome;
}

async function timed<T>(known: Known, name: keyof Spent, work: Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work;
  } finally {
    known.spent[name] = since(started);
  }
}
