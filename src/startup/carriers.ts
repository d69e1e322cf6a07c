import type { CarrierObserver } from "../core/carrier/observer.ts";
import type { AnyProvider, Carrier, CarrierServices, ConnectedProvider, Provider } from "../core/carrier/provider.ts";
import type { RateSlots } from "../core/carrier/rate-slots.ts";
import { accountOf, whereOf } from "../core/carrier/where.ts";
import type { OpenWire } from "../core/carrier/wire.ts";
import type { Clock } from "../core/clock.ts";
import { type Configuration, parseSettings } from "../core/config.ts";
import type { Where } from "../core/consequence.ts";
import type { Log } from "../core/log.ts";
import { once } from "../core/once.ts";
import type { EmulatorStates, Store } from "../core/store/store.ts";

/** Makes carriers that connect when they are first asked, so that undici and the emulators load no earlier. */
export function createCarriers(
  configuration: Configuration,
  providers: readonly AnyProvider[],
  { openWire, store }: { openWire: () => Promise<OpenWire>; store: Store },
): { carriers: Carrier[]; sandbox: boolean } {
  const services = once(async (): Promise<CarrierServices> => ({ openWire: await openWire(), memory: store.memory }));
  const { sandbox } = configuration;
  if (!sandbox) {
    const live = configuration.carriers.map((one) => ({ ...carrier(one.provider, async () => one.settings, services), ...named(one) }));
    return { sandbox, carriers: live };
  }
  const emulators = once(() => startEmulators(providers, configuration, store.emulators));
  return { sandbox, carriers: providers.map((provider) => carrier(provider, () => emulatorSettings(provider, emulators), services)) };
}

function named({ provider, settings }: Configuration["carriers"][number]): Pick<Carrier, "provider" | "account"> {
  return { provider, account: accountOf(provider, settings) };
}

/** Where the calls of this configuration go. */
export function whereOfConfigured({ sandbox, carriers }: Configuration): Where {
  return whereOf({ sandbox, carriers: carriers.map(named) });
}

/** Opens the way to the carriers with the first call. */
export function lazyWire(ports: {
  clock: Clock;
  log: Log;
  slots?: RateSlots | undefined;
  observer?: CarrierObserver | undefined;
}): () => Promise<OpenWire> {
  return once(async () => (await import("../wire/open.ts")).createOpenWire(ports));
}

/** Makes one carrier; a test brings its own settings and services. */
export function carrier(
  provider: AnyProvider,
  settings: () => Promise<Record<string, unknown>>,
  services: () => Promise<CarrierServices>,
): Carrier {
  // The registry forgot the type of the settings; they were parsed by this very provider's schema.
  const { connect } = provider as Provider;
  const connected = once(async (): Promise<ConnectedProvider<unknown>> => connect(await settings(), await services()));
  return { provider, connected };
}

async function startEmulators(providers: readonly AnyProvider[], configuration: Configuration, states: EmulatorStates) {
  const { startSandbox } = await import("../sandbox/server.ts");
  return await startSandbox(providers, { dialect: configuration.server.TRUNKLINE_SANDBOX_DIALECT, unref: true, states });
}

async function emulatorSettings(
  provider: AnyProvider,
  emulators: () => Promise<{ urlOf(provider: string): string }>,
): Promise<Record<string, unknown>> {
  const { urlOf } = await emulators();
  return parseSettings(provider.settings, provider.sandboxSettings(urlOf(provider.id)));
}
