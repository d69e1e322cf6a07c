import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import type { OpenWire } from "../../src/core/carrier/wire.ts";
import { systemClock } from "../../src/core/clock.ts";
import { parseSettings, serverSettings } from "../../src/core/config.ts";
import { silentLog } from "../../src/core/log.ts";
import { changesOf } from "../../src/core/store/changes.ts";
import { type Policy, policyFrom } from "../../src/pipeline/policy.ts";
import { createProbes } from "../../src/pipeline/probe-budget.ts";
import type { Scope } from "../../src/pipeline/scope.ts";
import { createPlanDesk } from "../../src/plans/plan-desk.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { carrier } from "../../src/startup/carriers.ts";
import { createCache } from "../../src/store/cache.ts";
import { localChanges } from "../../src/store/local-changes.ts";
import type { OpenStore } from "../../src/store/open.ts";

export const defaultPolicy: Policy = policyFrom(serverSettings.parse({}));

/** Everything that one caller's calls may touch, as a process has it that nobody configured. */
export function scopeWith<Given extends Pick<Scope, "carriers" | "store"> & Partial<Scope>>(given: Given): Given & Scope {
  const { clock = systemClock, log = silentLog } = given;
  return {
    principal: "local",
    policy: { ...defaultPolicy, approval: "two_step" },
    trustsForms: true,
    sandbox: true,
    cache: createCache("local"),
    environmentSecret: () => undefined,
    clock,
    log,
    output: { kind: "folder", base: "/nonexistent" },
    probes: createProbes({ allowPrivate: false, carriers: true }, clock),
    plans: createPlanDesk(),
    changes: changesOf(localChanges(log), "local"),
    ...given,
  };
}

/** That provider's emulator there as the one carrier. */
export function carrierAt(
  provider: AnyProvider,
  url: string,
  openWire: OpenWire,
  { memory }: Pick<OpenStore, "memory">,
): Scope["carriers"] {
  const settings = parseSettings(provider.settings, provider.sandboxSettings(url));
  return [
    carrier(
      provider,
      async () => settings,
      async () => ({ openWire, memory }),
    ),
  ];
}

export function exotelAt(url: string, openWire: OpenWire, store: Pick<OpenStore, "memory">): Scope["carriers"] {
  return carrierAt(exotel as AnyProvider, url, openWire, store);
}

/** The same without a limit of our own: tests of what a carrier does, not of waiting for it. */
export function unlimited(openWire: OpenWire): OpenWire {
  return (options) => openWire({ ...options, limit: { calls: 1e6, perMs: 1 } });
}
