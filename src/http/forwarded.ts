import type { IncomingHttpHeaders } from "node:http";
import type { Route } from "./listener.ts";
import { rpcError } from "./web-response.ts";

/** Headers by which a proxy says for whom it asks. */
const ofProxies =
  /^(forwarded|via|x-forwarded(-.+)?|x-original-.+|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|cf-connecting-ip)$/;

/** Whether a proxy gives itself away: then the request comes from loopback, and that says nothing of who sent it. */
export function isForwarded(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => ofProxies.test(name));
}

/** Without a tenants file everybody counts as the person at this machine, so nobody else's requests may arrive. */
export function createProxyGuard(isOpen: () => boolean): Route["enter"] {
  return ({ headers }) =>
    isOpen() && isForwarded(headers)
      ? rpcError(403, -32000, "This server answers no proxy: the operator sets TRUNKLINE_TENANTS first.", { connection: "close" })
      : undefined;
}
