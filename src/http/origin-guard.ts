import type { IncomingMessage } from "node:http";
import { localhostAllowedHostnames, localhostAllowedOrigins, validateHostHeader, validateOriginHeader } from "@modelcontextprotocol/server";
import type { Route } from "./listener.ts";
import { rpcError } from "./web-response.ts";

export interface GuardSettings {
  /** The operator's address of this server, by which clients reach it. */
  publicUrl: string | undefined;
  /** Other sites whose pages may call it. */
  origins: readonly string[];
}

/**
 * Any page that a person has open can send requests to loopback, and a name that an attacker owns can point at it: so the
 * Host must be one of ours, and an Origin, which only browsers send, one that may.
 */
export function createGuard({ publicUrl, origins }: GuardSettings): Route["enter"] {
  const own = publicUrl === undefined ? [] : [new URL(publicUrl).hostname];
  const hostnames = [...localhostAllowedHostnames(), ...own];
  const originHosts = [
    ...(publicUrl === undefined ? localhostAllowedOrigins() : own),
    ...origins.map((origin) => new URL(origin).hostname),
  ];
  const objectionTo = ({ headers, headersDistinct }: IncomingMessage): string | undefined => {
    if ((headersDistinct["host"] ?? []).length !== 1 || !validateHostHeader(headers.host, hostnames).ok) {
      return "This server does not answer to that name. The operator sets TRUNKLINE_PUBLIC_URL.";
    }
    const origin = validateOriginHeader(headers.origin, originHosts);
    return origin.ok ? undefined : "A page of another site may not call this server. The operator sets TRUNKLINE_ALLOWED_ORIGINS.";
  };
  return (request) => {
    const objection = objectionTo(request);
    return objection === undefined ? undefined : rpcError(403, -32000, objection, { connection: "close" });
  };
}
