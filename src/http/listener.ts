import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { runTraced } from "../core/call-context.ts";
import type { Log } from "../core/log.ts";
import { noteRefusal } from "./refused.ts";
import { identify } from "./request-id.ts";
import { notFound, rpcError, sendWebResponse } from "./web-response.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface HttpLimits {
  /** From the first byte of a request to the end of its headers, and of all of it. */
  headersMs: number;
  requestMs: number;
  /** From an answer to the next request on the same connection. */
  idleMs: number;
  connections: number;
  headerBytes: number;
  /** A connection on which nothing moves while an answer is due: a client that does not read, or a call that hangs. */
  stalledMs: number;
}

const defaultLimits: HttpLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 5_000,
  connections: 2_000,
  headerBytes: 16_384,
  stalledMs: 120_000,
};

export interface Route {
  /** The whole path, or what it begins with when it ends in `/`; `/` itself is the whole path. */
  path: string;
  methods: readonly string[];
  /** Answers a request that may not enter; asked before anything else is. */
  enter(request: IncomingMessage): Response | undefined;
  handle: Handler;
  /** The handler traces the request by itself. */
  traces?: boolean;
}

export interface HttpServer {
  /** The address that was bound, whatever name led to it. */
  address: string;
  port: number;
  /** Takes no new connection, lets open answers finish, and cuts those that have not by then. */
  drain(withinMs: number): Promise<void>;
}

export interface Listening {
  host: string;
  port: number;
  routes: readonly Route[];
  limits?: Partial<HttpLimits>;
  log: Log;
}

/** A server that answers or closes, whatever is sent to it. */
export async function startHttpServer({ host, port, routes, limits, log }: Listening): Promise<HttpServer> {
  const { headersMs, requestMs, idleMs, connections, headerBytes, stalledMs } = { ...defaultLimits, ...limits };
  const server = createServer({
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(1_000, headersMs),
    keepAliveTimeout: idleMs,
    maxHeaderSize: headerBytes,
    noDelay: true,
  });
  server.maxConnections = connections;
  server.timeout = stalledMs;
  server.on("clientError", answerGarbage);
  const open = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("request", (request, response) => {
    open.add(response);
    response.once("close", () => open.delete(response));
    if (!server.listening) response.setHeader("connection", "close");
    void answer(request, response, routes, log);
  });
  server.listen(port, host);
  await new Promise<void>((resolve, reject) => server.once("listening", resolve).once("error", reject));
  const { address, port: bound } = server.address() as AddressInfo;
  return { address, port: bound, drain: (withinMs) => drain(server, { open, sockets }, withinMs) };
}

/** A route that ends with a slash has paths below it, but for the root; any other is meant with a slash at its end too. */
function isAt(known: string, path: string): boolean {
  return known.endsWith("/") && known !== "/" ? path.startsWith(known) : path === known || path === `${known}/`;
}

async function answer(request: IncomingMessage, response: ServerResponse, routes: readonly Route[], log: Log): Promise<void> {
  const requestId = identify(request, response);
  try {
    const [path = "/"] = (request.url ?? "/").split("?");
    const route = routes.find((known) => isAt(known.path, path));
    noteEnd(requestId, request, response, route, log);
    const admitted = admit(request, route);
    if (admitted instanceof Response) {
      await noteRefusal(admitted, request, response, log);
      await sendWebResponse(admitted, response);
    } else if (admitted.traces) await admitted.handle(request, response);
    else await runTraced({ requestId }, () => admitted.handle(request, response));
  } catch (error) {
    // A client that went away in the middle of its request is nobody's fault.
    if (request.errored || response.destroyed) return;
    log.error({ request_id: requestId, error }, "a request could not be answered");
    if (response.headersSent) response.destroy();
    else await sendWebResponse(rpcError(500, -32603, "Trunkline failed to answer. The log has the details."), response);
  }
}

/** The route that takes this request, or the answer that refuses it. */
function admit(request: IncomingMessage, route: Route | undefined): Route | Response {
  if (!route) return notFound();
  const allow = route.methods.join(", ");
  const isTaken = route.methods.includes(request.method ?? "");
  return route.enter(request) ?? (isTaken ? route : rpcError(405, -32000, `This path takes ${allow}.`, { allow, connection: "close" }));
}

/** Logs the route, not the URL: a path may hold a secret link. */
function noteEnd(request_id: string, { method }: IncomingMessage, response: ServerResponse, route: Route | undefined, log: Log): void {
  const began = performance.now();
  response.once("close", () => {
    const ms = Math.round(performance.now() - began);
    log.debug({ request_id, method, route: route?.path, status: response.statusCode, sent: response.writableFinished, ms }, "request");
  });
}

const statusOf: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

/** Answers bytes that are no HTTP, or take too long to become it, with one line, and closes. */
function answerGarbage({ code = "" }: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  const status = statusOf[code] ?? "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}

interface Connected {
  open: Iterable<ServerResponse>;
  sockets: Iterable<Socket>;
}

async function drain(server: Server, { open, sockets }: Connected, withinMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // A client that asks again on the same connection would be cut off in the middle.
  for (const response of open) if (!response.headersSent) response.setHeader("connection", "close");
  // Node counts a connection that never sent a byte as busy.
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  // Those that answer now fall idle one after another, and nobody asks on them again.
  const closing = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), withinMs);
  await closed;
  clearTimeout(cut);
  clearInterval(closing);
}
