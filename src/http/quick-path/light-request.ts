import type { IncomingMessage } from "node:http";

/** Credential headers are dropped here: no handler, and so no carrier, sees them. */
const credentials = new Set(["authorization", "cookie", "proxy-authorization"]);

/**
 * The parts of a web request that the SDK reads. A whole `Request` would cost more than checking what it says; its body stays
 * behind: it was read and parsed already.
 */
export function toWebRequest(request: IncomingMessage, origin: string, signal: () => AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (credentials.has(name)) continue;
    if (typeof value === "string") headers.set(name, value);
    else for (const item of value ?? []) headers.append(name, item);
  }
  const parts: Pick<Request, "method" | "url" | "headers" | "signal"> = {
    method: request.method ?? "GET",
    url: `${origin}${request.url ?? "/"}`,
    headers,
    get signal() {
      return signal();
    },
  };
  return parts as Request;
}
