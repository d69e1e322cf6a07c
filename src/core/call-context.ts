import { AsyncLocalStorage } from "node:async_hooks";

/** Ties together everything that one request causes: log lines, journal rows, and the calls to the carrier. */
export interface Trace {
  requestId: string;
  /** Of W3C Trace Context, as the caller sent it. */
  traceparent?: string | undefined;
  tracestate?: string | undefined;
}

const ambient = new AsyncLocalStorage<Trace>();
let running = 0;

/** Everything that `run` begins belongs to this trace. */
export async function runTraced<T>(trace: Trace, run: () => Promise<T>): Promise<T> {
  running += 1;
  try {
    return await ambient.run(trace, run);
  } finally {
    running -= 1;
    // Before Node 24 this slows every promise of the process down, those of answers that ask no carrier too.
    if (running === 0) ambient.disable();
  }
}

export function currentTrace(): Trace | undefined {
  return ambient.getStore();
}
