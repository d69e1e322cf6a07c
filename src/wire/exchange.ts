import { Agent, errors, request } from "undici";
import type { WireAnswer } from "../core/wire.ts";

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
}

export type ExchangeResult =
  | { kind: "answered"; answer: WireAnswer }
  | { kind: "not_sent"; reason: string; retryable: boolean }
  | { kind: "lost"; reason: string };

export type Exchange = (outgoing: OutgoingRequest) => Promise<ExchangeResult>;

/** One HTTP exchange: everything that can happen to it is a value. Redirects are answers here, never followed. */
export function createExchange(timing: Timing): Exchange {
  const dispatcher = new Agent({
    connect: { timeout: timing.connectMs },
    headersTimeout: timing.callMs,
    bodyTimeout: timing.callMs,
    maxResponseSize: timing.maxBytes,
    keepAliveTimeout: 10_000,
  });
  return async ({ url, method, headers, body, signal }) => {
    const limit = AbortSignal.timeout(timing.callMs);
    try {
      const response = await request(url, {
        dispatcher,
        method,
        headers,
        body: body ?? null,
        signal: signal ? AbortSignal.any([limit, signal]) : limit,
      });
      const text = await response.body.text();
      return { kind: "answered", answer: { status: response.statusCode, headers: single(response.headers), text, json: toJson(text) } };
    } catch (error) {
      if (signal?.aborted) throw error;
      return failure(error, limit.aborted);
    }
  };
}

function single(headers: Record<string, string | string[] | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Errors that arise while the connection is being made: no byte of the request has left. */
const beforeSending: Record<string, string> = {
  UND_ERR_CONNECT_TIMEOUT: "the connection was not established in time",
  ECONNREFUSED: "the connection was refused",
  ENOTFOUND: "the host name does not resolve",
  EAI_AGAIN: "the host name did not resolve",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
};
const certificateProblem = /^(CERT_|ERR_TLS_|DEPTH_ZERO_|UNABLE_TO_|SELF_SIGNED_|ERR_SSL_)/;

function failure(error: unknown, timedOut: boolean): ExchangeResult {
  const code = errorCode(error);
  const known = beforeSending[code];
  if (known !== undefined) return { kind: "not_sent", reason: known, retryable: true };
  if (certificateProblem.test(code)) {
    return { kind: "not_sent", reason: `its TLS certificate was not accepted (${code})`, retryable: false };
  }
  if (error instanceof errors.ResponseExceededMaxSizeError) return { kind: "lost", reason: "its answer was too large" };
  if (timedOut || error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return { kind: "lost", reason: "no complete answer came in time" };
  }
  return { kind: "lost", reason: "the connection broke before a complete answer came" };
}

function errorCode(error: unknown): string {
  if (error instanceof AggregateError) return errorCode(error.errors[0]);
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
