import { randomBytes } from "node:crypto";
import { currentTrace } from "../core/call-context.ts";
import { childTraceparent } from "../core/trace-context.ts";

/** Tells the carrier, or whoever watches the way to it, which request this call belongs to. */
export function traceHeaders(): Record<string, string> {
  const trace = currentTrace();
  if (!trace) return {};
  const { requestId, traceparent, tracestate } = trace;
  return {
    "x-request-id": requestId,
    ...(traceparent === undefined ? {} : { traceparent: childTraceparent(traceparent, randomBytes(8).toString("hex")) }),
    ...(tracestate === undefined ? {} : { tracestate }),
  };
}
