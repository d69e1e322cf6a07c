import type { ServerResponse } from "node:http";
import { bodyOf } from "./quick-path/ready-body.ts";

/** JSON-RPC errors that are about the exchange rather than the call have no id to answer to. */
export function rpcError(status: number, code: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ jsonrpc: "2.0", error: { code, message }, id: null }, { status, headers });
}

export function notFound(): Response {
  return rpcError(404, -32601, "There is nothing at this path.");
}

/** The signal is made when somebody asks for it: most requests are over before. */
export function signalOfClose(response: ServerResponse): () => AbortSignal {
  let gone: AbortController | undefined;
  const abort = () => {
    if (!response.writableFinished) gone?.abort();
  };
  response.once("close", abort);
  return () => {
    gone ??= new AbortController();
    if (response.destroyed) abort();
    return gone.signal;
  };
}

function isStream({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("text/event-stream") === true;
}

/** Sends an answer; a stream as it comes. A client that reads slowly slows its own stream and nothing else. */
export async function sendWebResponse(answer: Response, response: ServerResponse): Promise<void> {
  const headers = Object.fromEntries(answer.headers);
  if (isStream(answer) && answer.body) return await sendStream(answer.body, response.writeHead(answer.status, headers));
  // Text leaves in one piece with its headers.
  const body = await bodyOf(answer);
  response.writeHead(answer.status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}

async function sendStream(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  const reader = body.getReader();
  let givenUp: Promise<void> | undefined;
  const giveUp = () => {
    givenUp ??= reader.cancel().catch(() => {});
    return givenUp;
  };
  response.once("close", giveUp);
  // A client must know that it listens before there is anything to hear; what is there at once goes out with its headers.
  const flushing = setImmediate(() => response.flushHeaders());
  try {
    // A client that went away before the answer was there has closed already.
    while (!response.destroyed && !response.writableEnded) {
      const { done, value } = await reader.read();
      if (done) break;
      clearImmediate(flushing);
      if (!response.write(value)) await drained(response);
    }
  } finally {
    clearImmediate(flushing);
    response.off("close", giveUp).end();
    // Work that goes on after the stream was given up is over when this is.
    await giveUp();
  }
}

function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.once("drain", done).once("close", done);
  });
}

/**
 * Calls `done` when nothing of the answer is left to do: a stream was sent to its end, or given up. Work that goes on after
 * that ends with `ended`, and until then the promise of `cancel` stays open.
 */
export function whenDone(answer: Response, done: () => void, ended?: Promise<unknown>): Response {
  if (!answer.body || !isStream(answer)) {
    done();
    return answer;
  }
  const reader = answer.body.getReader();
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const part = await reader.read().catch((error: unknown) => {
        done();
        throw error;
      });
      // `cancel` says when it is over.
      if (cancelled) return;
      if (!part.done) return controller.enqueue(part.value);
      done();
      controller.close();
    },
    cancel: async (reason) => {
      cancelled = true;
      await reader.cancel(reason);
      await ended;
      done();
    },
  });
  return new Response(body, answer);
}
