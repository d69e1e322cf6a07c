import type { IncomingMessage, ServerResponse } from "node:http";
import type { Tenant } from "./tenants/tenant.ts";

interface OpenResponse {
  tenant: Tenant;
  response: ServerResponse;
  /** A stream on which a client waits for what may never come. */
  endless: boolean;
}

/** The responses that are being sent, and to which tenant. */
export interface OpenResponses {
  add(tenant: Tenant, request: IncomingMessage, response: ServerResponse): void;
  /** Of one tenant, or of all. */
  endStreams(tenant?: Tenant): void;
  /** Ends the tenant's streams, and waits until its other responses were sent. */
  allSent(tenant: Tenant): Promise<void>;
  count(): { streams: number; inFlight: number };
}

export function createOpenResponses(): OpenResponses {
  const open = new Set<OpenResponse>();
  const endStreams = (tenant?: Tenant) => {
    for (const { response, endless, ...one } of open) {
      if (endless && response.headersSent && (tenant === undefined || one.tenant === tenant)) response.end();
    }
  };
  return {
    add: (tenant, request, response) => {
      const one = { tenant, response, endless: isEndless(request) };
      open.add(one);
      response.once("close", () => open.delete(one));
    },
    endStreams,
    allSent: async (tenant) => {
      endStreams(tenant);
      const finite = [...open].filter((one) => one.tenant === tenant && !one.endless);
      await Promise.all(finite.map(({ response }) => new Promise((resolve) => response.once("close", resolve))));
    },
    count: () => {
      const streams = [...open].filter(({ endless }) => endless).length;
      return { streams, inFlight: open.size - streams };
    },
  };
}

/** The streams of subscribers; a call that reports progress is a stream too, but it ends by itself. */
export function isEndless({ method, headers }: IncomingMessage): boolean {
  return method === "GET" || headers["mcp-method"] === "subscriptions/listen";
}
