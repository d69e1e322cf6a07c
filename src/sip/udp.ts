import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIP } from "node:net";
import { MAX_BYTES } from "./framer.ts";
import { type OptionsRequest, readMessage } from "./message.ts";
import { inTime, outcomeOf, PeerFault, type Phase, PhaseTimeout, type ProbeOutcome } from "./outcome.ts";
import { type Exchanged, Listener, type SipExchange, silent, since } from "./transport.ts";

/** RFC 3261, 17.1.2.2: the first wait, and the longest. */
const T1_MS = 500;
const T2_MS = 4_000;

/** One request, sent again until it is answered, and the first final answer to it. */
export async function overUdp({ candidate, request, timing, signal }: SipExchange): Promise<Exchanged> {
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
    await inTime(connected, timing.connectMs, signal);
    phase = "response";
    const awaited = request(socket.address().port);
    hearDatagrams(socket, listener, awaited);
    const send = (afterMs: number) => {
      socket.send(awaited.bytes);
      resend = setTimeout(send, afterMs, Math.min(afterMs * 2, T2_MS));
    };
    send(T1_MS);
    const response = await inTime(listener.answer, timing.responseMs, signal);
    return { result: { outcome: "answered", response }, spent: { responseMs: since(started) } };
  } catch (error) {
    signal?.throwIfAborted();
    const isSilent = error instanceof PhaseTimeout && phase === "response";
    const result: ProbeOutcome = isSilent ? silent(false, listener) : outcomeOf(error, phase, false);
    return { result, spent: { responseMs: since(started) } };
  } finally {
    clearTimeout(resend);
    socket.close();
  }
}

function hearDatagrams(socket: Socket, listener: Listener, awaited: OptionsRequest): void {
  let received = 0;
  socket.on("message", (datagram) => {
    received += datagram.length;
    // A header block ends at the first empty line; the body is not read.
    const [head = ""] = datagram.toString("utf8").split("\r\n\r\n", 1);
    // Empty lines keep a path open, and are no message.
    if (received <= MAX_BYTES && head.trim() !== "") listener.take(readMessage(head, awaited));
    else if (received > MAX_BYTES) listener.fail(new PeerFault("too_large"));
  });
}
