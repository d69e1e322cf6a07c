import type { IncomingMessage, ServerResponse } from "node:http";
import type { Tenant } from "./tenants/tenant.ts";

interface Answer {
  tenant: Tenant;
  response: ServerResponse;
  /** A stream on which a client waits for what may never come. */
  endless: boolean;
}

export interface Answering {
  begin(tenant: Tenant, request: IncomingMessage, response: ServerResponse): void;
  /** Of one tenant, or of all. */
  endStreams(tenant?: Tenant): void;
  /** Ends the tenant's streams, and waits until its other answers were sent. */
  settled(tenant: Tenant): Promise<void>;
  load(): { streams: number; inFlight: number };
}

/** The answers that are being sent, and to whom. */
export function createAnswering(): Answering {
  const answers = new Set<Answer>();
  const endStreams = (tenant?: Tenant) => {
    for (const { response, endless, ...answer } of answers) {
      if (endless && response.headersSent && (tenant === undefined || answer.tenant === tenant)) response.end();
    }
  };
  return {
    begin: (tenant, request, response) => {
      const answer = { tenant, response, endless: isEndless(request) };
      answers.add(answer);
      response.once("close", () => answers.delete(answer));
    },
    endStreams,
    settled: async (tenant) => {
      endStreams(tenant);
      const finite = [...answers].filter((answer) => answer.tenant === tenant && !answer.endless);
      await Promise.all(finite.map(({ response }) => new Promise((resolve) => response.once("close", resolve))));
    },
    load: () => {
      const streams = [...answers].filter(({ endless }) => endless).length;
      return { streams, inFlight: answers.size - streams };
    },
  };
}

/** The streams of subscribers; a call that reports progress is a stream too, but it ends by itself. */
export function isEndless({ method, headers }: IncomingMessage): boolean {
  return method === "GET" || headers["mcp-method"] === "subscriptions/listen";
}
