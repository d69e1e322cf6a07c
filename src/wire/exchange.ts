import { Agent, buildConnector, DecoratorHandler, type Dispatcher, errors, request } from "undici";
import type { WireAnswer } from "../core/carrier/wire.ts";
import { toExactJson } from "./exact-json.ts";

export interface Timing {
  connectMs: number;
  callMs: number;
  maxBytes: number;
}

export const defaultTiming: Timing = { connectMs: 5_000, callMs: 30_000, maxBytes: 5 * 1024 * 1024 };

export interface OutgoingRequest {
  url: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers: Record<string, string>;
  body: string | undefined;
  signal?: AbortSignal | undefined;
  /** Asked when a connection stands and the first byte is about to leave: throws when it must not leave any more. */
  mayLeave?: (() => void) | undefined;
}

export type ExchangeResult =
  | { kind: "answered"; answer: WireAnswer }
  | { kind: "not_sent"; reason: string; retryable: boolean }
  | { kind: "lost"; reason: string; retryable: boolean };

export type Exchange = (outgoing: OutgoingRequest) => Promise<ExchangeResult>;

/** One HTTP exchange: everything that can happen to it is a value. Redirects are answers here, never followed. */
export function createExchange(timing: Timing): Exchange {
  const dispatcher = new Agent({
    connect: createConnector(timing.connectMs),
    headersTimeout: timing.callMs,
    bodyTimeout: timing.callMs,
    maxResponseSize: timing.maxBytes,
    keepAliveTimeout: 10_000,
  });
  return async ({ url, method, headers, body, signal, mayLeave }) => {
    const over = overAfter(timing.callMs, signal);
    const door = doorOf(dispatcher, mayLeave);
    try {
      const response = await request(url, {
        dispatcher: door.dispatcher,
        method,
        headers,
        body: body ?? null,
        signal: over.signal,
      });
      const text = await response.body.text();
      return {
        kind: "answered",
        answer: { status: response.statusCode, headers: single(response.headers), text, json: toExactJson(text) },
      };
    } catch (error) {
      if (signal?.aborted || door.hasRefused()) throw error;
      return failure(error, over.signal.aborted);
    } finally {
      over.done();
    }
  };
}

/** As AbortSignal.any of a timeout and the caller's signal, which costs a tenth of a whole call. */
function overAfter(ms: number, signal: AbortSignal | undefined): { signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  const timer = setTimeout(abort, ms);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    done: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    },
  };
}

/** Between asking for a connection and having one a process may have been stopped for any time. */
function doorOf(dispatcher: Dispatcher, mayLeave: (() => void) | undefined): { dispatcher: Dispatcher; hasRefused(): boolean } {
  let refused = false;
  if (!mayLeave) return { dispatcher, hasRefused: () => refused };
  const ask = () => {
    try {
      mayLeave();
    } catch (error) {
      refused = true;
      throw error;
    }
  };
  const guard: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
    const guarded: Dispatcher.DispatchHandler = new DecoratorHandler(handler);
    const start = guarded.onRequestStart?.bind(guarded);
    guarded.onRequestStart = (controller, context) => {
      ask();
      start?.(controller, context);
    };
    return dispatch(options, guarded);
  };
  return { dispatcher: dispatcher.compose(guard), hasRefused: () => refused };
}

function single(headers: Record<string, string | string[] | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));
}

/** No connection stood: not a byte of the request can have left. The code alone does not tell, for a connection breaks with the same ones. */
class NotConnected extends Error {}

function createConnector(timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs });
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error) callback(new NotConnected("no connection", { cause: error }), null);
      else callback(null, socket);
    });
}

const unreachable: Record<string, string> = {
  UND_ERR_CONNECT_TIMEOUT: "the connection was not established in time",
  ECONNREFUSED: "the connection was refused",
  ENOTFOUND: "the host name does not resolve",
  EAI_AGAIN: "the host name did not resolve",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
};
const certificateProblem = /^(CERT_|ERR_TLS_|DEPTH_ZERO_|UNABLE_TO_|SELF_SIGNED_|ERR_SSL_)/;

function failure(error: unknown, timedOut: boolean): ExchangeResult {
  if (error instanceof NotConnected) return notConnected(errorCode(error.cause));
  // An answer that was too slow or too large would be so again.
  if (error instanceof errors.ResponseExceededMaxSizeError) return { kind: "lost", reason: "its answer was too large", retryable: false };
  if (timedOut || error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return { kind: "lost", reason: "no complete answer came in time", retryable: false };
  }
  return { kind: "lost", reason: "the connection broke before a complete answer came", retryable: true };
}

function notConnected(code: string): ExchangeResult {
  if (certificateProblem.test(code)) {
    return { kind: "not_sent", reason: `its TLS certificate was not accepted (${code})`, retryable: false };
  }
  return { kind: "not_sent", reason: unreachable[code] ?? "the connection broke while it was being made", retryable: true };
}

function errorCode(error: unknown): string {
  if (error instanceof AggregateError) return errorCode(error.errors[0]);
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
