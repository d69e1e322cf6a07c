import type { CarrierObserver } from "../core/carrier/observer.ts";
import type { Carrier } from "../core/carrier/provider.ts";
import { kindOf } from "../core/carrier/where.ts";
import type { OpenWire } from "../core/carrier/wire.ts";
import { systemClock } from "../core/clock.ts";
import { type Configuration, type Environment, readConfiguration } from "../core/config.ts";
import type { Where } from "../core/consequence.ts";
import { TrunkError } from "../core/errors.ts";
import { type Log, withFields } from "../core/log.ts";
import { once } from "../core/once.ts";
import { changesOf } from "../core/store/changes.ts";
import type { Journals } from "../core/store/journal.ts";
import type { Store } from "../core/store/store.ts";
import type { Scope } from "../pipeline/scope.ts";
import { createPlanDesk } from "../plans/plan-desk.ts";
import { providers } from "../providers/index.ts";
import { createCache } from "../store/cache.ts";
import { lazyStore } from "../store/lazy.ts";
import { localChanges } from "../store/local-changes.ts";
import { createCarriers, lazyWire, whereOfConfigured } from "./carriers.ts";
import { filesFolder } from "./files-folder.ts";
import { createLog, createPersonsLog } from "./log.ts";
import { permissionsOf } from "./policy.ts";

type Outside = NonNullable<Scope["outside"]>;

/** The process, as far as something is built from it. */
export interface LocalPorts {
  environment: Environment;
  /** The words with which a person starts a command of this program. */
  program: string;
  folder: string;
  stderr: Pick<NodeJS.WriteStream, "write">;
  /** Told in words what the log would say, where a person looks on. */
  tellPerson?: (line: string) => void;
}

export function configurationOf({ environment }: Pick<LocalPorts, "environment">): Configuration {
  return readConfiguration(environment, providers);
}

/** Makes everything that one local person's calls may touch. */
export function localScope(ports: LocalPorts): Scope {
  const configuration = configurationOf(ports);
  const log = logOf(configuration, ports);
  const store = localStore(configuration, configuration.sandbox, log, ports);
  return {
    principal: "local",
    ...permissionsOf(configuration, systemClock),
    // The person started the client that started this process.
    trustsForms: true,
    ...createCarriers(configuration, providers, { openWire: lazyWire({ clock: systemClock, log }), store }),
    store,
    cache: createCache("local"),
    environmentSecret: (name) => ports.environment[name],
    outside: outsideOf(store, personsCommands(configuration, ports), whereOfConfigured(configuration), log),
    clock: systemClock,
    log,
    output: { kind: "folder", base: filesFolder(configuration.server, ports.folder) },
    changes: changesOf(localChanges(log), "local"),
    plans: createPlanDesk(),
  };
}

/** Starts the page, and loads its code, when the first person is asked. */
function outsideOf(store: Store, commands: PersonsCommands, where: Where, log: Log): Outside {
  const page = once(async () => {
    const { createApprovalPage } = await import("../pages/pages.ts");
    return createApprovalPage({ ...store, clock: systemClock, log, where });
  });
  return {
    approvalUrl: async (id) => (await page()).urlOf(id),
    ...commands,
    revealUrl: async (ref) => (await page()).revealUrlOf(ref),
    serveEarlierLinks: async () => void (await (await page()).urlOf("")),
  };
}

/** The commands that a person runs in their own terminal. */
export type PersonsCommands = Pick<Outside, "approvalCommand" | "secretCommand">;

/** Writes them so that they find the same state from a person's own shell, which has none of the client's variables. */
export function personsCommands({ sandbox, server }: Configuration, { program }: Pick<LocalPorts, "program">): PersonsCommands {
  const { TRUNKLINE_HOME: home, TRUNKLINE_MASTER_KEY: key, TRUNKLINE_STORE: store } = server;
  // The address of a database holds a password, and is not printed; nor is the key that opens what is kept there.
  const named = (name: string) => `${name}="$${name}" `;
  const place = store ? named("TRUNKLINE_STORE") : home === undefined ? "" : `TRUNKLINE_HOME=${shellWord(home)} `;
  // A person's own shell rarely has the carriers' keys.
  const line = (words: string) => `${program} ${words}${sandbox ? " --sandbox" : " --live"}`;
  return {
    approvalCommand: (id) => `${place}${line(`approve ${id}`)}`,
    secretCommand: (ref) => `${place}${store && key ? named("TRUNKLINE_MASTER_KEY") : ""}${line(`secret ${shellWord(ref)}`)}`,
  };
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function logOf(
  { server, sandbox: ofServer }: Configuration,
  { stderr, tellPerson }: Pick<LocalPorts, "stderr" | "tellPerson">,
  sandbox = ofServer,
): Log {
  if (tellPerson) return createPersonsLog(tellPerson);
  const log = createLog(server.TRUNKLINE_LOG_LEVEL, (line) => stderr.write(line));
  // Tenants are of either kind; the server that has read their file says which.
  return server.TRUNKLINE_TENANTS === undefined ? withFields(log, { where: kindOf(sandbox) }) : log;
}

/** Tells an operator something at any log level: as a sentence in a terminal, else as a line of the log. */
export function announcerOf({ server }: Configuration, { stderr }: { stderr: Pick<NodeJS.WriteStream, "write" | "isTTY"> }): Log["info"] {
  if (stderr.isTTY) return (_, message) => void stderr.write(`${message}\n`);
  return createLog(server.TRUNKLINE_LOG_LEVEL === "silent" ? "silent" : "info", (line) => stderr.write(line)).info;
}

/** The place of the state, in words. */
export async function storePlace({ server: settings }: Configuration, sandbox: boolean, { environment }: LocalPorts): Promise<string> {
  return (await import("../store/configured.ts")).placeOf({ settings, environment, sandbox });
}

function localStore({ server: settings }: Configuration, ofSandbox: boolean, log: Log, { environment }: LocalPorts): Store {
  return lazyStore(async () => {
    const { openConfigured } = await import("../store/configured.ts");
    return await openConfigured({ settings, environment, sandbox: ofSandbox, clock: systemClock, log });
  });
}

/** The network as carriers' calls meet it. */
export interface NetworkSeen {
  host(name: string): void;
  /** `ms`: that clock minus ours. */
  clock(whose: string, ms: number): void;
}

/** The carriers of a configuration, to ask them something once. `seen` is told which hosts they speak to, and what time it is there. */
export function liveCarriers(configuration: Configuration, ports: LocalPorts, seen: NetworkSeen): Carrier[] {
  const log = logOf(configuration, ports);
  const store = localStore(configuration, false, log, ports);
  const observer: CarrierObserver = {
    carrierCall: ({ carrier, clockMs }) => clockMs !== undefined && seen.clock(carrier, clockMs),
    retried: () => {},
    waited: () => {},
  };
  const wire = lazyWire({ clock: systemClock, log, observer });
  const openWire = async (): Promise<OpenWire> => {
    const open = await wire();
    return (options) => {
      for (const { baseUrl } of [options, ...Object.values(options.otherBases ?? {})]) seen.host(new URL(baseUrl).hostname);
      return open(options);
    };
  };
  return createCarriers(configuration, providers, { openWire, store }).carriers;
}

/** Every carrier that this program knows, for commands, which cannot import them. */
export function knownProviders(): typeof providers {
  return providers;
}

/** Tells whether something was ever written to this configuration's state. */
export async function hasState(configuration: Configuration, { environment }: Pick<LocalPorts, "environment">): Promise<boolean> {
  return (await import("../store/configured.ts")).hasState(configuration, environment);
}

/** The state that a command was told to use. */
export interface ChosenState {
  sandbox: boolean;
  live: boolean;
}

/** Looks where the server looks that these settings start, unless told otherwise. */
function isSandboxed({ sandbox, live }: ChosenState, configuration: Configuration): boolean {
  if (sandbox && live) throw new TrunkError("invalid_input", "--sandbox and --live exclude each other. Nothing was done.");
  return !live && (sandbox || configuration.sandbox);
}

/** Opens the journals of every tenant that has some here, and tells whether they are the sandbox's. */
export async function localJournals(chosen: ChosenState, ports: LocalPorts): Promise<{ journals: Journals; sandboxed: boolean }> {
  const configuration = configurationOf(ports);
  const { server: settings } = configuration;
  const sandboxed = isSandboxed(chosen, configuration);
  const { openJournals } = await import("../store/configured.ts");
  return { journals: await openJournals({ settings, environment: ports.environment, sandbox: sandboxed, clock: systemClock }), sandboxed };
}

/** Opens the store in which `trunkline http` keeps its tenants' state. */
export async function hostedStore({ server: settings }: Configuration, log: Log, { environment }: LocalPorts) {
  const { openHosted } = await import("../store/hosted.ts");
  return openHosted({ settings, environment, clock: systemClock, log });
}

/** The state that a person's command works on, and where it is. */
export interface PersonsState {
  store: Store;
  sandboxed: boolean;
  /** Names the place for a person: a file, or the database of a variable. */
  where: string;
}

/** The state of the server that these settings would start: without a carrier's keys that is the sandbox. */
export async function personsState(chosen: ChosenState, ports: LocalPorts): Promise<PersonsState> {
  const configuration = configurationOf(ports);
  const sandboxed = isSandboxed(chosen, configuration);
  const store = localStore(configuration, sandboxed, logOf(configuration, ports, sandboxed), ports);
  const place = await storePlace(configuration, sandboxed, ports);
  return { store, sandboxed, where: `${place} (${sandboxed ? "sandbox" : "live"})` };
}
