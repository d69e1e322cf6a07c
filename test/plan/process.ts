import { changesOf, localChanges } from "../../src/core/changes.ts";
import { systemClock } from "../../src/core/clock.ts";
import { parseSettings } from "../../src/core/config.ts";
import { silentLog } from "../../src/core/log.ts";
import { Secret } from "../../src/core/secret.ts";
import type { OpenWire } from "../../src/core/wire.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { carrier } from "../../src/serve/carriers.ts";
import { PlanRuns } from "../../src/server/plans/runs.ts";
import { createProbes } from "../../src/server/probes.ts";
import type { Scope } from "../../src/server/scope.ts";
import { createCache } from "../../src/store/cache.ts";
import { type OpenStore, openStore } from "../../src/store/open.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import type { Place } from "../store/place.ts";

/** State and a carrier that outlive every process. */
export interface Where {
  store: Place["plain"];
  exotelUrl: string;
}

export interface PlanProcess extends Scope {
  store: OpenStore;
}

/** What a process has that was started on this state. `through` may stand between it and the carrier. */
export async function openProcess(where: Where, through: (openWire: OpenWire) => OpenWire = (wire) => wire): Promise<PlanProcess> {
  const { store: plain, exotelUrl } = where;
  // A process that is stopped inside a transaction holds its locks for twice as long; a loaded machine needs more than the usual second.
  const location = "file" in plain ? plain : { url: new Secret(plain.url), masterKey: new Secret(plain.masterKey), answerMs: 4_000 };
  const store = await openStore({ location, tenant: "local", clock: systemClock });
  const log = silentLog;
  const policy = { attempts: 3, maxRetryAfterMs: 20_000, backoffMs: 1 };
  const openWire = through(createOpenWire({ clock: systemClock, log, policy, settleAfterMs: [0, 10] }));
  const settings = parseSettings(exotel.settings, exotel.sandboxSettings(exotelUrl));
  const unlimited: OpenWire = (options) => openWire({ ...options, limit: { calls: 1e6, perMs: 1 } });
  const connection = carrier(
    exotel,
    async () => settings,
    async () => ({ openWire: unlimited, memory: store.memory }),
  );
  return {
    principal: "local",
    policy: { readOnly: false, toolsets: undefined, approval: "two_step", revealSecrets: false },
    carriers: [connection],
    sandbox: true,
    store,
    cache: createCache("local"),
    environmentSecret: () => undefined,
    clock: systemClock,
    log,
    runs: new PlanRuns(),
    probes: createProbes({ allowPrivate: false, carriers: true }, systemClock),
    output: { kind: "folder", base: "/nonexistent" },
    changes: changesOf(localChanges(log), "local"),
  };
}
