import type { RateSlots } from "../core/carrier/rate-slots.ts";
import type { Clock } from "../core/clock.ts";
import type { Environment, ServerSettings } from "../core/config.ts";
import type { Log } from "../core/log.ts";
import { once } from "../core/once.ts";
import type { Cache } from "../core/store/cache.ts";
import type { ChangeBus } from "../core/store/changes.ts";
import type { LeftPlan } from "../core/store/plans.ts";
import type { Store } from "../core/store/store.ts";
import { createCache } from "./cache.ts";
import { postgresChanges } from "./changes.ts";
import { locationOf, SANDBOXES, tenantIn } from "./configured.ts";
import { lazyStore } from "./lazy.ts";
import { localChanges } from "./local-changes.ts";
import { openDatabase } from "./open.ts";
import { postgresSlots } from "./rate-slots.ts";
import { createStore } from "./store.ts";
import { keepTidy } from "./tidy.ts";

export interface Hosted {
  /** Trying out never mixes with real state. */
  storeOf(tenant: string, sandbox: boolean): Store;
  cacheOf(tenant: string): Cache;
  /** The carriers' rates, where replicas share them. */
  slots: RateSlots | undefined;
  changes: ChangeBus;
  /** Plans of all tenants that nobody runs. */
  leftPlans(sandbox: boolean): Promise<LeftPlan[]>;
  /** Rejects when the database does not answer. */
  storeAnswers(sandbox: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface HostedSetup {
  settings: ServerSettings;
  environment: Environment;
  clock: Clock;
  log: Log;
}

/** The stores of all tenants of a process, in one database. */
export function openHosted({ settings, environment, clock, log }: HostedSetup): Hosted {
  const opened = new Set<Awaited<ReturnType<typeof openDatabase>>>();
  const open = (sandbox: boolean) =>
    once(async () => {
      const database = await openDatabase(locationOf(settings, environment, sandbox));
      opened.add(database);
      keepTidy({ sql: database.sql, clock }, settings.TRUNKLINE_KEEP_DAYS, log);
      return database;
    });
  const { TRUNKLINE_STORE: url } = settings;
  const real = open(false);
  const databases = { real, sandbox: url ? real : open(true) };
  const databaseOf = (sandbox: boolean) => databases[sandbox ? "sandbox" : "real"]();
  const shared = url && (async () => (await databaseOf(false)).sql);
  const changes = url && shared ? postgresChanges({ url, open: shared, log }) : localChanges(log);
  return {
    storeOf: (tenant, sandbox) =>
      lazyStore(async () => {
        const database = await databaseOf(sandbox);
        const named = tenantIn(locationOf(settings, environment, sandbox), tenant, sandbox);
        return createStore({ sql: database.sql, tenant: named, clock }, database.sealing);
      }),
    cacheOf: (tenant) => createCache(tenant, shared),
    slots: shared && postgresSlots(shared),
    changes,
    leftPlans: async (sandbox) => {
      const [{ sql }, { leftPlans }] = await Promise.all([databaseOf(sandbox), import("./plans.ts")]);
      if (!url) return await leftPlans({ sql, clock });
      const left = await leftPlans({ sql, clock }, { [sandbox ? "like" : "unlike"]: `${SANDBOXES}%` });
      return left.map(({ tenant, plan }) => ({ tenant: sandbox ? tenant.slice(SANDBOXES.length) : tenant, plan }));
    },
    storeAnswers: async (sandbox) => void (await (await databaseOf(sandbox)).sql.query("SELECT 1")),
    close: async () => {
      await changes.close();
      await Promise.all([...opened].map(({ sql }) => sql.close()));
    },
  };
}
