import type { CarrierObserver } from "../core/carrier/observer.ts";
import type { RateSlots } from "../core/carrier/rate-slots.ts";
import type { Base, OpenWire } from "../core/carrier/wire.ts";
import type { Clock } from "../core/clock.ts";
import { TrunkError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { isSafeUrl } from "../core/loopback.ts";
import { createWire, type WireTools } from "./client.ts";
import { createExchange, defaultTiming, type Timing } from "./exchange.ts";
import { createLimiter } from "./limit.ts";
import { memorySlots, withFallback } from "./rate-slots.ts";

export interface WireSetup {
  clock: Clock;
  log: Log;
  /** The rates that replicas share; absent where this process is alone. */
  slots?: RateSlots | undefined;
  observer?: CarrierObserver | undefined;
  timing?: Partial<Timing>;
  policy?: WireTools["policy"];
  settleAfterMs?: WireTools["settleAfterMs"];
}

/** The way out of this process: one pool of connections and one limiter for all carriers. */
export function createOpenWire({ clock, log, slots, observer, timing, policy, settleAfterMs }: WireSetup): OpenWire {
  const exchange = createExchange({ ...defaultTiming, ...timing });
  const limiter = createLimiter(clock, slots ? withFallback(slots, { clock, log }) : memorySlots(clock));
  const tools: WireTools = {
    exchange,
    limiter,
    clock,
    log,
    observer,
    ...(policy === undefined ? {} : { policy }),
    ...(settleAfterMs === undefined ? {} : { settleAfterMs }),
  };
  return (options) => {
    const otherBases = Object.entries(options.otherBases ?? {}).map(([name, base]) => [name, checked(base)] as const);
    return createWire({ ...options, ...checked(options), otherBases: Object.fromEntries(otherBases) }, tools);
  };
}

function checked({ baseUrl, baseUrlSetting }: Base): Base {
  return { baseUrl: checkedBaseUrl(baseUrl, baseUrlSetting), baseUrlSetting };
}

/** Keys travel in headers: over anything but TLS they would be read on the way. */
function checkedBaseUrl(baseUrl: string, setting: string): string {
  // A path appended after a query or a fragment, be it an empty one, would not be a path.
  if (!isSafeUrl(baseUrl) || /[?#]/.test(baseUrl)) {
    throw new TrunkError(
      "not_configured",
      `${setting} must be an https URL without user, query and fragment; plain http is for loopback only.`,
    );
  }
  return baseUrl.replace(/\/+$/, "");
}
