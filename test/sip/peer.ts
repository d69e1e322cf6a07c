import { createSocket, type Socket as DatagramSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

const open: (() => void)[] = [];

/** To be called after each test. */
export function closePeers(): void {
  for (const close of open.splice(0)) close();
}

/** An answer to a request as a peer would write it. `extra` lines stand after the headers that every answer has. */
export function answerTo(request: string, status = "200 OK", extra: string[] = []): string {
  const field = (name: string) => new RegExp(`^${name}:.*$`, "m").exec(request)?.[0] ?? "";
  return [
    `SIP/2.0 ${status}`,
    field("Via"),
    field("From"),
    field("To"),
    field("Call-ID"),
    field("CSeq"),
    ...extra,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

export interface FakePeer {
  port: number;
  /** Received data, one entry for each datagram or chunk. */
  heard: string[];
}

export async function udpPeer(
  act: (request: string, reply: (text: string | Buffer) => void, count: number) => void,
  ports: readonly number[] = [0],
): Promise<FakePeer> {
  const socket = await boundTo(ports);
  const heard: string[] = [];
  socket.on("message", (data: Buffer, from: RemoteInfo) => {
    heard.push(data.toString());
    act(data.toString(), (text) => socket.send(text, from.port, from.address), heard.length);
  });
  open.push(() => socket.close());
  return { port: socket.address().port, heard };
}

/** Ports on which SIP is served: a peer inside is asked on no other. */
export const sipPorts = Array.from({ length: 20 }, (_, n) => 5_090 - n);

/** Bound to the first of these ports that is free. */
async function boundTo([port = 0, ...others]: readonly number[]): Promise<DatagramSocket> {
  const socket = createSocket("udp4");
  const bound = once(socket, "listening");
  socket.bind(port, "127.0.0.1");
  try {
    await bound;
    return socket;
  } catch (error) {
    socket.close();
    if (others.length === 0) throw error;
    return await boundTo(others);
  }
}

export async function tcpPeer(act: (socket: Socket, request: string) => void, tls?: TlsOptions): Promise<FakePeer> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const welcome = (socket: Socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => {
      heard.push(data.toString());
      act(socket, data.toString());
    });
  };
  const server = tls ? createTlsServer(tls, welcome) : createServer(welcome);
  server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => {})));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return { port: typeof address === "object" && address ? address.port : 0, heard };
}
