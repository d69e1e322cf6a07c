import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "../core/log.ts";
import { readBody } from "../core/request-body.ts";
import { objectionTo } from "./page-guard.ts";
import { failedPage } from "./parts/approval.ts";
import { pageHeaders } from "./parts/headers.ts";
import type { Html } from "./parts/html.ts";
import { notice } from "./parts/layout.ts";

export interface PageRequest {
  /** HEAD is answered as GET, without the body. */
  method: "GET" | "POST";
  /** Without the query: chats add theirs to links. */
  path: string;
  query: URLSearchParams;
  port: string;
  form: URLSearchParams;
  cookies: string | undefined;
  /** The address that asks, as far as it can be told. */
  address: string;
}

export interface PageAnswer {
  status: number;
  page: Html;
  headers?: Record<string, string | string[]>;
}

export type PageHandler = (request: PageRequest) => Promise<PageAnswer>;

export interface PageServer {
  origin: string;
  close(): Promise<void>;
}

/** A form of a name and a PIN fits; nothing else comes here. */
const MAX_BODY = 4096;

export interface PageTiming {
  /** From the first byte of a request to the end of its headers, and of all of it. */
  headersMs: number;
  requestMs: number;
  /** From an answer to the next request on the same connection. */
  idleMs: number;
}

const defaultTiming: PageTiming = { headersMs: 5_000, requestMs: 10_000, idleMs: 5_000 };

/** Serves pages to a person on this machine: on loopback, from a process that may end meanwhile. `wished`: a port to take if it is free. */
export async function startPageServer(handler: PageHandler, log: Log, timing: Partial<PageTiming> = {}, wished = 0): Promise<PageServer> {
  const { headersMs, requestMs, idleMs } = { ...defaultTiming, ...timing };
  const server = createServer({
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(1_000, headersMs),
    keepAliveTimeout: idleMs,
    maxHeaderSize: 8192,
  });
  server.maxConnections = 64;
  server.unref().on("connection", (socket) => socket.unref());
  // Links of a process that is gone name its port: where it is free, they lead somewhere again.
  const port = await listen(server, wished).catch(() => listen(server, 0));
  const origin = `http://127.0.0.1:${port}`;
  const serve = servePages(handler, () => origin, log);
  server.on("request", (request, response) => void serve(request, response));
  return {
    origin,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, wished: number): Promise<number> {
  server.listen(wished, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Answers requests for pages of this origin, in whichever server. */
export function servePages(handler: PageHandler, origin: () => string, log: Log) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await serve(request, response, origin(), handler);
    } catch (error) {
      // A client that went away in the middle of its request is nobody's fault.
      if (request.errored) return;
      log.error({ error }, "a page failed");
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, page: failedPage() });
    }
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, origin: string, handler: PageHandler): Promise<void> {
  const objection = objectionTo(request, origin);
  if (objection) {
    const { status, why, headers = {} } = objection;
    return send(response, { status, page: notice("Not accepted", why), headers: { ...headers, connection: "close" } });
  }
  const body = request.method === "POST" ? await readBody(request, MAX_BODY) : "";
  if (body === undefined) {
    const page = notice("Too much", "This form is longer than any that this page sends. Nothing was done.");
    return send(response, { status: 413, page, headers: { connection: "close" } });
  }
  const method = request.method === "POST" ? "POST" : "GET";
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  const { port, protocol } = new URL(origin);
  const [form, cookies] = [new URLSearchParams(body), request.headers.cookie];
  send(
    response,
    await handler({
      method,
      path,
      query: new URLSearchParams(query),
      port,
      form,
      cookies,
      address: addressOf(request, protocol === "https:"),
    }),
  );
}

/** Behind a proxy, which speaks https for us, the last hop that it names; what stands before that, a client may have written. */
function addressOf({ headers, socket }: IncomingMessage, isBehindProxy: boolean): string {
  const named = [headers["x-forwarded-for"] ?? []].flat().join().split(",").at(-1)?.trim();
  return (isBehindProxy && named) || (socket.remoteAddress ?? "");
}

function send(response: ServerResponse, { status, page, headers = {} }: PageAnswer): void {
  const body = Buffer.from(page.toString());
  response.writeHead(status, { ...pageHeaders, ...headers, "content-length": body.length }).end(body);
}
