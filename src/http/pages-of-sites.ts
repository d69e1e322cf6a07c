import type { Handler } from "./listener.ts";

/** Headers of an answer that a client needs, and that a browser keeps from its page otherwise. */
const READABLE = "mcp-session-id, www-authenticate, retry-after";

/** Lets pages of the sites that the operator names call a path. A browser asks with OPTIONS first, without any token. */
export function forPagesOf(sites: readonly string[], handle: Handler): Handler {
  const named = new Set(sites.map((site) => new URL(site).origin));
  return async (request, response) => {
    const { origin, "access-control-request-headers": asked } = request.headers;
    const mayCall = origin !== undefined && named.has(origin);
    if (mayCall) {
      response.setHeader("access-control-allow-origin", origin);
      response.setHeader("access-control-expose-headers", READABLE);
      response.setHeader("vary", "origin");
    }
    if (request.method !== "OPTIONS" || !mayCall) return await handle(request, response);
    const headers = { "access-control-allow-methods": "POST, GET, DELETE", "access-control-max-age": "3600" };
    response.writeHead(204, { ...headers, ...(asked === undefined ? {} : { "access-control-allow-headers": asked }) }).end();
  };
}
