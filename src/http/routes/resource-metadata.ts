import type { IncomingMessage, ServerResponse } from "node:http";
import type { Gate } from "../../auth/caller.ts";
import type { Route } from "../listener.ts";
import { rpcError, sendWebResponse } from "../web-response.ts";

const NAME = "/.well-known/oauth-protected-resource";

/** Clients in a browser read it too, from any site: it is public, and says the same to all. */
const cors = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, OPTIONS",
  "access-control-allow-headers": "*",
};

/** RFC 9728, under the address of the endpoint, and at the root for clients that look there. */
export function metadataRoutes(gate: () => Gate): Route[] {
  const answer = ({ method }: IncomingMessage): Response => {
    const metadata = gate().metadata;
    if (!metadata) return rpcError(404, -32601, "No authorization server issues tokens for this server.");
    if (method === "OPTIONS") return new Response(null, { status: 204, headers: { ...cors, "access-control-max-age": "3600" } });
    if (method !== "GET" && method !== "HEAD") return rpcError(405, -32000, "This is read.", { allow: "GET, HEAD, OPTIONS" });
    return Response.json(metadata.document, { headers: { ...cors, "cache-control": "public, max-age=60" } });
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => await sendWebResponse(answer(request), response);
  return [`${NAME}/mcp`, NAME].map((path) => ({ path, handle }));
}
