import { setTimeout as delay } from "node:timers/promises";

/** Time as an argument, so that a test can hold it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds on a clock that nobody sets, the same for all processes of this machine until it starts anew. */
  steady?(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => Math.floor(Number(process.hrtime.bigint()) / 1e6),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
};
