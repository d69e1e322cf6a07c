import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Clock } from "../../src/core/clock.ts";

interface Sleeper {
  until: number;
  wake(): void;
}

/** Turns of the event loop without a request under way: by then, whoever was answered has gone on. */
const QUIET_TURNS = 10;

/** Time that passes only while every request was answered and somebody sleeps: an hour of waiting takes no time. */
export function virtualClock(start = Date.UTC(2026, 10, 21)): Clock & { stop(): void } {
  let now = start;
  let sleepers: Sleeper[] = [];
  let watching = false;
  let quiet = 0;
  const requests = requestsUnderWay();
  const look = () => {
    quiet = requests.count() > 0 ? 0 : quiet + 1;
    if (quiet > QUIET_TURNS) {
      quiet = 0;
      now = Math.max(now, Math.min(...sleepers.map(({ until }) => until)));
      const due = sleepers.filter(({ until }) => until <= now);
      sleepers = sleepers.filter(({ until }) => until > now);
      for (const { wake } of due) wake();
    }
    watching = sleepers.length > 0;
    if (watching) setImmediate(look);
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const goAway = () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason);
        };
        const wake = () => {
          signal?.removeEventListener("abort", goAway);
          resolve();
        };
        const sleeper = { until: now + ms, wake };
        signal?.addEventListener("abort", goAway, { once: true });
        sleepers.push(sleeper);
        if (!watching) setImmediate(look);
        watching = true;
      }),
    stop: requests.stop,
  };
}

/** As undici itself tells. */
function requestsUnderWay() {
  let count = 0;
  const begin = () => {
    count += 1;
  };
  const end = () => {
    count -= 1;
  };
  subscribe("undici:request:create", begin);
  subscribe("undici:request:trailers", end);
  subscribe("undici:request:error", end);
  return {
    count: () => count,
    stop: () => {
      unsubscribe("undici:request:create", begin);
      unsubscribe("undici:request:trailers", end);
      unsubscribe("undici:request:error", end);
    },
  };
}
