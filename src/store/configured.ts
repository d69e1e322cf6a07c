import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import type { Configuration, Environment, ServerSettings } from "../core/config.ts";
import type { Log } from "../core/log.ts";
import type { Journals } from "../core/store/journal.ts";
import type { Store } from "../core/store/store.ts";
import { stateFolder } from "./home.ts";
import { sqlJournals } from "./journals.ts";
import { type Location, openDatabase } from "./open.ts";
import { createStore } from "./store.ts";
import { keepTidy } from "./tidy.ts";

export interface Configured {
  settings: ServerSettings;
  environment: Environment;
  /** Trying out never mixes with real state. */
  sandbox: boolean;
  clock: Clock;
  log: Log;
}

/** The store of one local person, where the settings say. */
export async function openConfigured({ settings, environment, sandbox, clock, log }: Configured): Promise<Store> {
  const location = locationOf(settings, environment, sandbox);
  const { sql, sealing } = await openDatabase(location);
  const tenancy = { sql, tenant: tenantIn(location, "local", sandbox), clock };
  keepTidy(tenancy, settings.TRUNKLINE_KEEP_DAYS, log);
  return createStore(tenancy, sealing);
}

/** The journals of every tenant whose state lies there. Nothing is tidied: an audit changes nothing. */
export async function openJournals({ settings, environment, sandbox, clock }: Omit<Configured, "log">): Promise<Journals> {
  const { sql } = await openDatabase(locationOf(settings, environment, sandbox), { anyKey: true });
  return sqlJournals(sql, clock, placeOf({ settings, environment, sandbox }));
}

/** The place of the state, in words: the address of a database holds a password. */
export function placeOf({ settings, environment, sandbox }: Pick<Configured, "settings" | "environment" | "sandbox">): string {
  const location = locationOf(settings, environment, sandbox);
  return "file" in location ? location.file : "the database of TRUNKLINE_STORE";
}

export function locationOf(settings: ServerSettings, environment: Environment, sandbox: boolean): Location {
  const { TRUNKLINE_STORE: url, TRUNKLINE_MASTER_KEY: masterKey, TRUNKLINE_HOME: home = stateFolder(environment) } = settings;
  if (url) return { url, masterKey };
  return { file: join(home, sandbox ? "sandbox.db" : "trunkline.db"), masterKey };
}

/** No tenant of a file can have a name that begins so. */
export const SANDBOXES = "sandbox/";

/** Trying out never mixes with real state: it has a file of its own, and in a database that replicas share, rows of its own. */
export function tenantIn(location: Location, tenant: string, sandbox: boolean): string {
  return sandbox && "url" in location ? `${SANDBOXES}${tenant}` : tenant;
}

/** Whether something was ever written here. */
export function hasState({ server, sandbox }: Configuration, environment: Environment): boolean {
  const location = locationOf(server, environment, sandbox);
  return "url" in location || existsSync(location.file);
}
