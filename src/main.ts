#!/usr/bin/env node
import { parseArgs } from "node:util";
import type { Outside } from "./approval/outside.ts";
import { serveOverStdio } from "./commands/stdio.ts";
import type { Terminal } from "./commands/terminal.ts";
import { systemClock } from "./core/clock.ts";
import { type Configuration, readConfiguration } from "./core/config.ts";
import { TrunkError } from "./core/errors.ts";
import type { Log } from "./core/log.ts";
import { once } from "./core/once.ts";
import { changesOf } from "./core/store/changes.ts";
import type { Store } from "./core/store/store.ts";
import { createHost, serverInfo } from "./mcp/server.ts";
import type { Scope } from "./pipeline/scope.ts";
import { createPlanDesk } from "./plans/plan-desk.ts";
import { providers } from "./providers/index.ts";
import { createCarriers, lazyWire } from "./startup/carriers.ts";
import { createLog } from "./startup/log.ts";
import { permissionsOf } from "./startup/policy.ts";
import { createCache } from "./store/cache.ts";
import { lazyStore } from "./store/lazy.ts";
import { localChanges } from "./store/local-changes.ts";

const usage = `trunkline [command]

  stdio            serve one MCP client on stdin and stdout (the default)
  http             serve MCP over HTTP, for many clients  [--port N]
  plan <file>      compare a file of trunks with what is there  [--prune] [--json]; exit 0 nothing, 2 changes, 1 error
  apply <file>     make it so, after a person agreed to what is removed or opened  [--prune] [--json]
  export           write live state as such a file
  sandbox          serve the carrier emulators alone  [--port N] [--dialect observed|documented]
  config           show what was configured, and ask each carrier one question
  approve [id]     list what waits for a person, or decide it  [--refuse] [--set-pin] [--clear-pin] [--sandbox]
  secret <ref>     print a password in your terminal  [--sandbox]
  audit            print the journal of writes, newest last  [--tenant NAME] [--verify] [--expect SEQ:HASH] [--seal] [--json] [--sandbox]
  --help, --version

Settings are environment variables; README.md has the table.
`;

const commands: Record<string, (options: Options) => Promise<void>> = {
  stdio,
  http,
  plan,
  apply,
  export: exported,
  sandbox,
  config,
  approve,
  secret,
  audit,
};
/** The commands that take a word of their own. */
const takesWord = new Set(["approve", "secret", "plan", "apply"]);

interface Options {
  word: string | undefined;
  refuse: boolean;
  setPin: boolean;
  clearPin: boolean;
  port: string | undefined;
  dialect: string | undefined;
  verify: boolean;
  tenant: string | undefined;
  expect: string | undefined;
  seal: boolean;
  json: boolean;
  prune: boolean;
  ofSandbox: boolean;
}

const flags = {
  help: { type: "boolean" },
  version: { type: "boolean" },
  port: { type: "string" },
  dialect: { type: "string" },
  verify: { type: "boolean", default: false },
  tenant: { type: "string" },
  expect: { type: "string" },
  seal: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  prune: { type: "boolean", default: false },
  sandbox: { type: "boolean", default: false },
  refuse: { type: "boolean", default: false },
  "set-pin": { type: "boolean", default: false },
  "clear-pin": { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: flags });
  if (values.help) return print(usage);
  if (values.version) return print(`${serverInfo.version}\n`);
  const [name = "stdio", ...extra] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command || extra.length > (takesWord.has(name) ? 1 : 0))
    throw new TrunkError("invalid_input", `${[name, ...extra].join(" ")} is not a command. trunkline --help lists them.`);
  const { sandbox: ofSandbox, "set-pin": setPin, "clear-pin": clearPin, port, dialect, tenant, expect, ...others } = values;
  await command({ ...others, word: extra[0], port, dialect, tenant, expect, setPin, clearPin, ofSandbox });
}

/** Everything that one local person's calls may touch. */
function localScope(): Scope {
  const configuration = readConfiguration(process.env, providers);
  const log = logOf(configuration);
  const store = localStore(configuration, configuration.sandbox, log);
  return {
    principal: "local",
    ...permissionsOf(configuration, systemClock),
    trustsForms: true,
    ...createCarriers(configuration, providers, { openWire: lazyWire({ clock: systemClock, log }), store }),
    store,
    cache: createCache("local"),
    environmentSecret: (name) => process.env[name],
    outside: outsideOf(store, configuration.sandbox, log),
    clock: systemClock,
    log,
    output: { kind: "folder", base: process.cwd() },
    changes: changesOf(localChanges(log), "local"),
    plans: createPlanDesk(),
  };
}

/** The page starts, and its code loads, when the first person is to be asked. */
function outsideOf(store: Store, ofSandbox: boolean, log: Log): Outside {
  const page = once(async () => {
    const { createApprovalPage } = await import("./pages/pages.ts");
    return createApprovalPage({ ...store, clock: systemClock, log });
  });
  return {
    approvalUrl: async (id) => (await page()).urlOf(id),
    approvalCommand: commandFor(ofSandbox),
    revealUrl: async (ref) => (await page()).revealUrlOf(ref),
  };
}

function commandFor(ofSandbox: boolean): (id: string) => string {
  return (id) => `node ${JSON.stringify(process.argv[1])} approve ${id}${ofSandbox ? " --sandbox" : ""}`;
}

function logOf({ server }: Configuration): Log {
  return createLog(server.TRUNKLINE_LOG_LEVEL, (line) => process.stderr.write(line));
}

function localStore({ server: settings }: Configuration, ofSandbox: boolean, log: Log): Store {
  return lazyStore(async () => {
    const { openConfigured } = await import("./store/configured.ts");
    return await openConfigured({ settings, environment: process.env, sandbox: ofSandbox, clock: systemClock, log });
  });
}

async function stdio(): Promise<void> {
  const scope = localScope();
  if (process.stdin.isTTY) {
    const where = scope.sandbox ? "the sandbox" : scope.carriers.map(({ provider }) => provider.title).join(", ");
    note(`Trunkline serves MCP on stdin and stdout, on ${where}. A client starts it: see mcp.json, or try npm run demo. Ctrl-C ends it.`);
  }
  serveOverStdio(await createHost(scope), scope.log);
  setTimeout(() => void settleLeftOpen(scope), RECOVER_AFTER_MS).unref();
}

/** The first answers go first. */
const RECOVER_AFTER_MS = 500;

/** What a crash left open is settled by reading back. Where nothing was ever written there is no state, and none is made. */
async function settleLeftOpen(scope: Scope): Promise<void> {
  const { hasState } = await import("./store/configured.ts");
  if (!hasState(readConfiguration(process.env, providers), process.env)) return;
  const [{ recover }, { watchPlans }] = await Promise.all([import("./pipeline/recover.ts"), import("./plans/running/resume.ts")]);
  watchPlans(scope);
  const signal = new AbortController().signal;
  await recover(scope, signal).catch((error: unknown) => scope.log.warn({ error }, "open writes could not be settled"));
}

async function http({ port }: Options): Promise<void> {
  const listen = port === undefined ? {} : { TRUNKLINE_LISTEN: `127.0.0.1:${port}` };
  const configuration = readConfiguration({ ...process.env, ...listen }, providers);
  const { server: settings } = configuration;
  const log = logOf(configuration);
  const [{ serveHttp }, { openHosted }] = await Promise.all([import("./http/start.ts"), import("./store/hosted.ts")]);
  const hosted = openHosted({ settings, environment: process.env, clock: systemClock, log });
  const serving = await serveHttp({
    configuration,
    providers,
    ...hosted,
    environment: process.env,
    environmentSecret: (name) => process.env[name],
    approvalCommand: commandFor(configuration.sandbox),
    clock: systemClock,
    log,
  });
  process.on("SIGHUP", () => {
    serving.reload().then(
      () => log.info({}, "the tenants file was read again"),
      (error: unknown) => log.error({ error }, "the tenants file was not taken over; the old one goes on"),
    );
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void serving.close().then(() => hosted.close()));
  // Last: whoever reads it may send the next signal.
  note(`Trunkline serves MCP at ${serving.url}${configuration.sandbox ? ", on the sandbox" : ""}. Ctrl-C ends it.`);
}

async function plan(options: Options): Promise<void> {
  const { runPlanCommand } = await import("./commands/plan.ts");
  process.exitCode = await runPlanCommand(planCommand(options));
}

async function apply(options: Options): Promise<void> {
  const { runApplyCommand } = await import("./commands/plan.ts");
  process.exitCode = await runApplyCommand(planCommand(options));
}

async function exported(): Promise<void> {
  const { runExportCommand } = await import("./commands/plan.ts");
  // From the bundle, which lies in dist/chunks.
  const schema = new URL("../../trunks.schema.json", import.meta.url);
  await runExportCommand({ scope: localScope(), print }, schema.pathname);
}

function planCommand({ word: file, prune, json }: Options) {
  const person = terminal();
  const colour = person.isTerminal && !process.env["NO_COLOR"];
  return { scope: localScope(), terminal: person, file, prune, json: json || !process.stdout.isTTY, colour, print, note };
}

async function sandbox({ port, dialect }: Options): Promise<void> {
  const { startSandbox } = await import("./sandbox/server.ts");
  const started = await startSandbox(providers, { port: Number(port ?? 0), ...(dialect === undefined ? {} : { dialect }) });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void started.close());
  note("Carrier emulators are up. To use them, set:");
  for (const provider of providers) {
    for (const [name, value] of Object.entries(provider.sandboxSettings(started.urlOf(provider.id)))) print(`${name}=${value}\n`);
  }
}

async function config(): Promise<void> {
  const scope = localScope();
  const { describeConfiguration } = await import("./commands/config.ts");
  print(await describeConfiguration(scope));
}

/** A person's shell rarely has the carriers' keys, so what is not configured there does not mean the sandbox here. */
function personsStore({ ofSandbox }: Options): { store: Store; sandboxed: boolean } {
  const configuration = readConfiguration(process.env, providers);
  const sandboxed = ofSandbox || configuration.server.TRUNKLINE_SANDBOX;
  return { store: localStore(configuration, sandboxed, logOf(configuration)), sandboxed };
}

function terminal(): Terminal {
  return { input: process.stdin, output: process.stdout, isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true };
}

async function approve(options: Options): Promise<void> {
  const { runApprove } = await import("./commands/person.ts");
  await runApprove({ ...options, id: options.word }, personsStore(options).store, systemClock, terminal());
}

async function secret(options: Options): Promise<void> {
  const { runSecret } = await import("./commands/person.ts");
  await runSecret(options.word, personsStore(options).store, terminal());
}

async function audit(options: Options): Promise<void> {
  const { server: settings } = readConfiguration(process.env, providers);
  const ofSandbox = options.ofSandbox || settings.TRUNKLINE_SANDBOX;
  const [{ runAudit }, { openJournals }] = await Promise.all([import("./commands/audit.ts"), import("./store/configured.ts")]);
  const journals = await openJournals({ settings, environment: process.env, sandbox: ofSandbox, clock: systemClock });
  // Whoever reads a part of it, as `head` does, has closed the pipe.
  process.stdout.on("error", () => process.exit());
  process.exitCode = await runAudit(journals, { ...options, ofSandbox }, { print, note });
}

function print(text: string): void {
  process.stdout.write(text);
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

main().catch((error: unknown) => {
  note(
    error instanceof TrunkError ? error.message : `Trunkline could not start: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
});
