import type { IncomingMessage } from "node:http";
import type { Gate } from "../../auth/caller.ts";
import type { Handler } from "../listener.ts";
import { rpcError, sendWebResponse } from "../web-response.ts";

/** Clients in a browser read it too, from any site: it is public, and says the same to all. */
const cors = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, OPTIONS",
  "access-control-allow-headers": "*",
};

/** RFC 9728, under the address of the endpoint, and at the root for clients that look there. */
export function createMetadata(gate: () => Gate): Handler {
  const answer = ({ method }: IncomingMessage): Response => {
    const metadata = gate().metadata;
    if (!metadata) return rpcError(404, -32601, "No authorization server issues tokens for this server.");
    if (method === "OPTIONS") return new Response(null, { status: 204, headers: { ...cors, "access-control-max-age": "3600" } });
    return Response.json(metadata.document, { headers: { ...cors, "cache-control": "public, max-age=60" } });
  };
  return async (request, response) => await sendWebResponse(answer(request), response);
}
