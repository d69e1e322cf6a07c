import type { Clock } from "../core/clock.ts";
import { TrunkError } from "../core/errors.ts";
import type { Probes } from "../core/local.ts";

const MINUTE_MS = 60_000;
/** A carrier's whole list of gateways and a trunk's destinations, once a minute; no port scan. */
const PEERS_A_MINUTE = 40;

/** For one tenant of one process. */
export function createProbes(allowed: Omit<Probes, "admit">, clock: Pick<Clock, "now">, perMinute = PEERS_A_MINUTE): Probes {
  let asked: { at: number; count: number }[] = [];
  return {
    ...allowed,
    admit(count) {
      const now = clock.now();
      asked = asked.filter(({ at }) => at > now - MINUTE_MS);
      const [oldest] = asked;
      const used = asked.reduce((sum, one) => sum + one.count, 0);
      // However long one list is, it may be asked once.
      if (oldest && used + count > perMinute) throw tooMany(perMinute, oldest.at + MINUTE_MS - now);
      asked.push({ at: now, count });
    },
  };
}

function tooMany(perMinute: number, waitMs: number): TrunkError {
  return new TrunkError("rate_limited", `At most ${perMinute} SIP peers are asked in a minute. Nothing was sent.`, {
    retry_after_seconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}
