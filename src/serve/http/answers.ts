import type { IncomingMessage, ServerResponse } from "node:http";

/** JSON-RPC errors that are about the exchange rather than the call have no id to answer to. */
export function rpcError(status: number, code: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ jsonrpc: "2.0", error: { code, message }, id: null }, { status, headers });
}

/** What tells who somebody is ends at the gate: no handler, and so no carrier, gets it. */
const credentials = new Set(["authorization", "cookie", "proxy-authorization"]);

/** The SDK serves web requests. The body stays behind: it was read and parsed already. */
export function toWebRequest(request: IncomingMessage, origin: string, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (credentials.has(name)) continue;
    if (typeof value === "string") headers.set(name, value);
    else for (const item of value ?? []) headers.append(name, item);
  }
  return new Request(`${origin}${request.url ?? "/"}`, { method: request.method ?? "GET", headers, signal });
}

/** Sends an answer as it comes; a client that reads slowly slows its own stream and nothing else. */
export async function sendWebResponse(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  const reader = answer.body?.getReader();
  if (!reader) {
    response.end();
    return;
  }
  const gone = () => void reader.cancel().catch(() => {});
  response.once("close", gone);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || response.writableEnded || response.destroyed) break;
      if (!response.write(value)) await drained(response);
    }
  } finally {
    response.off("close", gone);
    response.end();
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.once("drain", done).once("close", done);
  });
}
