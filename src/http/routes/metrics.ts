import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { localhostAllowedHostnames, validateHostHeader } from "@modelcontextprotocol/server";
import { bearerToken } from "../../auth/caller.ts";
import { isLoopback } from "../../core/loopback.ts";
import { isForwarded } from "../forwarded.ts";
import type { Route } from "../listener.ts";
import type { Metrics } from "../metrics.ts";
import { rpcError, sendWebResponse } from "../web-response.ts";

export interface MetricsSettings {
  metrics: Pick<Metrics, "text" | "contentType">;
  /** Of the token with which they are read from elsewhere. */
  sha256(): string | undefined;
  /** Then every request comes from loopback, and that says nothing. */
  behindProxy: boolean;
}

const NEEDED = "The metrics need the token whose SHA-256 is metrics_sha256 in the tenants file: Authorization: Bearer …";

/** The metrics, for this machine and the token's holder. */
export function createMetricsRoute({ metrics, sha256, behindProxy }: MetricsSettings): Pick<Route, "enter" | "handle"> {
  return {
    enter: (request) => {
      const allowed = hasToken(request, sha256()) || (!behindProxy && isOfThisMachine(request));
      return allowed ? undefined : rpcError(401, -32001, NEEDED, { "www-authenticate": "Bearer" });
    },
    handle: async (_, response) => await sendWebResponse(await scrape(metrics), response),
  };
}

async function scrape({ text, contentType }: MetricsSettings["metrics"]): Promise<Response> {
  return new Response(await text(), { headers: { "content-type": contentType, "cache-control": "no-store" } });
}

function hasToken({ headers }: IncomingMessage, sha256: string | undefined): boolean {
  const token = bearerToken(headers.authorization);
  if (token === undefined || sha256 === undefined) return false;
  return timingSafeEqual(Buffer.from(sha256, "hex"), createHash("sha256").update(token).digest());
}

/** A program here: not a page in a browser, which sends an Origin or a name that somebody else's DNS points at loopback. */
function isOfThisMachine({ socket, headers }: IncomingMessage): boolean {
  const direct = isLoopback(socket.remoteAddress ?? "") && !isForwarded(headers);
  return direct && headers.origin === undefined && validateHostHeader(headers.host, localhostAllowedHostnames()).ok;
}
