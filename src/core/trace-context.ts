import type { Trace } from "./call-context.ts";

type TraceContext = Pick<Trace, "traceparent" | "tracestate">;

/** Reads a caller's trace. A malformed one is dropped, and a state without its parent means nothing. */
export function readTraceContext(given: { traceparent?: unknown; tracestate?: unknown }): TraceContext {
  if (!isTraceparent(given.traceparent)) return {};
  return { traceparent: given.traceparent, ...(isTracestate(given.tracestate) ? { tracestate: given.tracestate } : {}) };
}

/** The parent of the next call out: the same trace, a span of its own, and of the flags the two that are known to us. */
export function childTraceparent(traceparent: string, spanId: string): string {
  const [, traceId = "", , flags = "00"] = traceparent.split("-");
  return `00-${traceId}-${spanId}-${(Number.parseInt(flags, 16) & KNOWN_FLAGS).toString(16).padStart(2, "0")}`;
}

/** Sampled, and random trace id. */
const KNOWN_FLAGS = 0b11;

/** A later version may append fields to those of version 00; version ff is forbidden. */
const traceparentGrammar = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[\x21-\x7e]*)?$/;
const MAX_TRACEPARENT = 256;

function isTraceparent(value: unknown): value is string {
  if (typeof value !== "string" || value.length > MAX_TRACEPARENT) return false;
  const match = traceparentGrammar.exec(value);
  return match !== null && (match[1] === undefined || !value.startsWith("00-"));
}

const stateKey = /^([a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/;
/** Printable, without comma and equals sign, and not ending in a space. */
const stateValue = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const MAX_STATE_MEMBERS = 32;
/** The most that W3C asks anybody to pass on. */
const MAX_TRACESTATE = 512;

function isTracestate(value: unknown): value is string {
  if (typeof value !== "string" || value.length > MAX_TRACESTATE) return false;
  const members = value.split(",").map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ""));
  const filled = members.filter((member) => member !== "").map((member) => member.split("="));
  const keys = filled.map(([key = ""]) => key);
  return (
    members.length <= MAX_STATE_MEMBERS &&
    keys.length > 0 &&
    new Set(keys).size === keys.length &&
    filled.every(([key = "", member = "", ...more]) => more.length === 0 && stateKey.test(key) && stateValue.test(member))
  );
}
