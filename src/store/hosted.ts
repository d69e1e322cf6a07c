import type { Cache } from "../core/cache.ts";
import type { Clock } from "../core/clock.ts";
import type { Environment, ServerSettings } from "../core/config.ts";
import type { Log } from "../core/log.ts";
import { once } from "../core/once.ts";
import type { Store } from "../core/store.ts";
import { createCache } from "./cache.ts";
import { locationOf } from "./configured.ts";
import { lazyStore } from "./lazy.ts";
import { openDatabase } from "./open.ts";
import { createStore } from "./store.ts";
import { keepTidy } from "./tidy.ts";

export interface Hosted {
  /** Trying out never mixes with real state. */
  storeOf(tenant: string, sandbox: boolean): Store;
  cacheOf(tenant: string): Cache;
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
  const open = (sandbox: boolean) => once(() => openDatabase(locationOf(settings, environment, sandbox)));
  const databases = { real: open(false), sandbox: open(true) };
  const opened = new Set<Awaited<ReturnType<typeof openDatabase>>>();
  const databaseOf = async (sandbox: boolean) => {
    const database = await databases[sandbox ? "sandbox" : "real"]();
    opened.add(database);
    return database;
  };
  return {
    storeOf: (tenant, sandbox) =>
      lazyStore(async () => {
        const database = await databaseOf(sandbox);
        const tenancy = { sql: database.sql, tenant, clock };
        keepTidy(tenancy, settings.TRUNKLINE_KEEP_DAYS, log);
        return createStore(tenancy, database.sealing);
      }),
    cacheOf: (tenant) => createCache(tenant),
    storeAnswers: async (sandbox) => void (await (await databaseOf(sandbox)).sql.query("SELECT 1")),
    close: async () => void (await Promise.all([...opened].map(({ sql }) => sql.close()))),
  };
}
