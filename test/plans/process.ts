import type { OpenWire } from "../../src/core/carrier/wire.ts";
import { systemClock } from "../../src/core/clock.ts";
import { silentLog } from "../../src/core/log.ts";
import { Secret } from "../../src/core/secret.ts";
import type { Scope } from "../../src/pipeline/scope.ts";
import { providers } from "../../src/providers/index.ts";
import { type OpenStore, openStore } from "../../src/store/open.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import type { Place } from "../store/place.ts";
import { carrierAt, scopeWith, unlimited } from "../support/scope.ts";

/** State and a carrier that outlive every process. */
export interface Where {
  store: Place["plain"];
  exotelUrl: string;
}

/** Another carrier in Exotel's place. */
export interface WhereElse {
  store: Place["plain"];
  provider: string;
  url: string;
  /** More carriers beside it. */
  also?: readonly { provider: string; url: string }[];
}

export interface PlanProcess extends Scope {
  store: OpenStore;
}

/** Opens the parts of a process that starts with this state. `through` may wrap its wire to the carrier. */
export async function openProcess(
  where: Where | WhereElse,
  through: (openWire: OpenWire) => OpenWire = (wire) => wire,
): Promise<PlanProcess> {
  const { store: plain } = where;
  // A process that is stopped inside a transaction holds its locks for twice as long; a loaded machine needs more than the usual second.
  const location = "file" in plain ? plain : { url: new Secret(plain.url), masterKey: new Secret(plain.masterKey), answerMs: 4_000 };
  const store = await openStore({ location, tenant: "local", clock: systemClock });
  const policy = { attempts: 3, maxRetryAfterMs: 20_000, backoffMs: 1 };
  const openWire = through(createOpenWire({ clock: systemClock, log: silentLog, policy, settleAfterMs: [0, 10] }));
  const places = "url" in where ? [where, ...(where.also ?? [])] : [{ provider: "exotel", url: where.exotelUrl }];
  const carriers = places.flatMap(({ provider: id, url }) => {
    const provider = providers.find((one) => one.id === id);
    if (!provider) throw new Error(`there is no carrier ${id}`);
    return carrierAt(provider, url, unlimited(openWire), store);
  });
  return scopeWith({ carriers, store });
}
