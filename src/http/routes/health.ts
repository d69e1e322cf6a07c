import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../../core/log.ts";
import type { Handler } from "../listener.ts";
import { sendWebResponse } from "../web-response.ts";

export interface HealthPorts {
  /** Rejects when the state cannot be read. */
  storeAnswers(): Promise<void>;
  draining(): boolean;
  log: Log;
}

/** How long the store may take to answer. */
const STORE_MS = 1_000;

/** Say whether this process lives, and whether to send requests to it; nothing that a stranger may not know. */
export interface Health {
  alive: Handler;
  ready: Handler;
}

export function createHealth({ storeAnswers, draining, log }: HealthPorts): Health {
  const check = sharedCheck(() =>
    storeAnswers().catch((error: unknown) => {
      log.warn({ request_id: undefined, error }, "the store does not answer");
      throw error;
    }),
  );
  const ready = async () => {
    const server = draining() ? "draining" : "ok";
    const store = (await within(check(), STORE_MS)) ? "ok" : "no answer";
    return { ok: server === "ok" && store === "ok", parts: { server, store } };
  };
  return { alive: answering(async () => ({ ok: true })), ready: answering(ready) };
}

/** Asks the store once at a time, however many ask here. */
function sharedCheck(storeAnswers: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= storeAnswers().finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function within(check: Promise<void>, ms: number): Promise<boolean> {
  const answered = check.then(
    () => true,
    () => false,
  );
  return await Promise.race([answered, delay(ms, false, { ref: false })]);
}

const headers = { "cache-control": "no-store", "content-type": "application/json" };

function answering(state: () => Promise<{ ok: boolean }>): Handler {
  return async ({ method }, response) => {
    const found = await state();
    const body = method === "HEAD" ? null : JSON.stringify(found);
    await sendWebResponse(new Response(body, { status: found.ok ? 200 : 503, headers }), response);
  };
}
