import type { Log } from "../../core/log.ts";
import type { Handler } from "../listener.ts";
import { createStoreCheck } from "../store-check.ts";
import { sendWebResponse } from "../web-response.ts";

export interface HealthPorts {
  /** Rejects when the state cannot be read. */
  storeAnswers(): Promise<void>;
  draining(): boolean;
  log: Log;
}

/** Say whether this process lives, and whether to send requests to it; nothing that a stranger may not know. */
export interface Health {
  alive: Handler;
  ready: Handler;
}

export function createHealth({ storeAnswers, draining, log }: HealthPorts): Health {
  const check = createStoreCheck(() =>
    storeAnswers().catch((error: unknown) => {
      // As trouble of no request, so that the log says it once a minute, not at each probe.
      log.warn({ request_id: undefined, error }, "the store does not answer");
      throw error;
    }),
  );
  const ready = async () => {
    const server = draining() ? "draining" : "ok";
    const store = (await check()) ? "ok" : "no answer";
    return { ok: server === "ok" && store === "ok", parts: { server, store } };
  };
  return { alive: answering(async () => ({ ok: true })), ready: answering(ready) };
}

const headers = { "cache-control": "no-store", "content-type": "application/json" };

function answering(state: () => Promise<{ ok: boolean }>): Handler {
  return async ({ method }, response) => {
    const found = await state();
    const body = method === "HEAD" ? null : JSON.stringify(found);
    await sendWebResponse(new Response(body, { status: found.ok ? 200 : 503, headers }), response);
  };
}
