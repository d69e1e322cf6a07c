import { type ServerContext, TRACEPARENT_META_KEY, TRACESTATE_META_KEY } from "@modelcontextprotocol/server";
import { runTraced, type Trace } from "../core/call-context.ts";
import { newId } from "../core/id.ts";
import { readTraceContext } from "../core/trace-context.ts";

/**
 * Answers a request under its trace. What the message says in `_meta` goes before what the HTTP headers around it said: a
 * proxy may have written those, the client wrote the message.
 */
export function traced<T>({ mcpReq, http }: ServerContext, run: (trace: Trace) => Promise<T>): Promise<T> {
  const headers = http?.req?.headers;
  const meta = mcpReq._meta as Record<string, unknown> | undefined;
  const own = readTraceContext({ traceparent: meta?.[TRACEPARENT_META_KEY], tracestate: meta?.[TRACESTATE_META_KEY] });
  const outer = { traceparent: headers?.get("traceparent"), tracestate: headers?.get("tracestate") };
  const context = own.traceparent === undefined ? readTraceContext(outer) : own;
  const trace: Trace = { requestId: headers?.get("x-request-id") ?? newId(), ...context };
  return runTraced(trace, () => run(trace));
}
