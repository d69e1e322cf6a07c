import { rpcError } from "./web-response.ts";

/** How much one tenant may have open at once. Together it is less than the connections of the process, so that others get in. */
export interface LoadLimits {
  /** Calls that are being answered, to their end: a call that streams its progress included. */
  calls: number;
  /** Streams on which a client waits for news. */
  streams: number;
}

/** The part of these limits that one request takes. */
export interface RequestLoad {
  kind: keyof LoadLimits;
  /** A batch counts as many calls as it has requests; a reply to our question counts none, and always gets in. */
  count: number;
}

/** A tenant that asks too much at once waits for itself, not others for it. */
export function createInFlight(limits: LoadLimits) {
  const running = new Map<string, number>();
  const add = (key: string, count: number) => {
    const now = (running.get(key) ?? 0) + count;
    if (now === 0) running.delete(key);
    else running.set(key, now);
  };
  /** The way out, or why there is no way in. */
  return (tenant: string, { kind, count }: RequestLoad): (() => void) | Response => {
    const key = `${kind} ${tenant}`;
    if ((running.get(key) ?? 0) + count > limits[kind]) {
      return rpcError(429, -32000, `Too many ${kind} of this tenant are open. Nothing was done.`, { "retry-after": "1" });
    }
    add(key, count);
    return () => add(key, -count);
  };
}
