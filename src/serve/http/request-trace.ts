import type { IncomingMessage, ServerResponse } from "node:http";
import { newId } from "../../core/id.ts";
import { readTraceContext, runTraced } from "../../core/trace.ts";

/** What may stand in a log line, a journal row and a carrier's log as it is. Steps of plans have ids that nobody else may use. */
const requestId = /^(?!plan_)[A-Za-z0-9._-]{1,64}$/;

/** Answers a request under its trace, and tells the client under which id. */
export function traceRequest<T>({ headers }: IncomingMessage, response: ServerResponse, run: () => T): T {
  const given = headers["x-request-id"];
  const id = typeof given === "string" && requestId.test(given) ? given : newId();
  response.setHeader("x-request-id", id);
  const { traceparent, tracestate } = headers;
  return runTraced({ requestId: id, ...readTraceContext({ traceparent, tracestate }) }, run);
}
