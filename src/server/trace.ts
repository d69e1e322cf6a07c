import { type ServerContext, TRACEPARENT_META_KEY, TRACESTATE_META_KEY } from "@modelcontextprotocol/server";
import { newId } from "../core/id.ts";
import { currentTrace, readTraceContext, runTraced, type Trace } from "../core/trace.ts";

/**
 * Answers a request under its trace. What the message says in `_meta` goes before what the HTTP headers around it said: a
 * proxy may have written those, the client wrote the message.
 */
export function traced<T>({ mcpReq }: Pick<ServerContext, "mcpReq">, run: (trace: Trace) => Promise<T>): Promise<T> {
  const outer: Trace = currentTrace() ?? { requestId: newId() };
  const meta = mcpReq._meta as Record<string, unknown> | undefined;
  const own = readTraceContext({ traceparent: meta?.[TRACEPARENT_META_KEY], tracestate: meta?.[TRACESTATE_META_KEY] });
  const trace: Trace = own.traceparent === undefined ? outer : { requestId: outer.requestId, ...own };
  return runTraced(trace, () => run(trace));
}
