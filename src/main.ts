#!/usr/bin/env node
import { parseArgs } from "node:util";
import { systemClock } from "./core/clock.ts";
import { type Configuration, readConfiguration } from "./core/config.ts";
import { TrunkError } from "./core/errors.ts";
import type { Log } from "./core/log.ts";
import type { Store } from "./core/store.ts";
import { providers } from "./providers/index.ts";
import { createCarriers } from "./serve/carriers.ts";
import { createLog } from "./serve/log.ts";
import { serveOverStdio } from "./serve/stdio.ts";
import type { Scope } from "./server/scope.ts";
import { createHost, serverInfo } from "./server/server.ts";
import { lazyStore } from "./store/lazy.ts";

const usage = `trunkline [command]

  stdio            serve one MCP client on stdin and stdout (the default)
  sandbox          serve the carrier emulators alone  [--port N] [--dialect observed|documented]
  config           show what was configured, and ask each carrier one question
  audit            print the journal of writes, newest last  [--verify] [--json] [--sandbox]
  --help, --version

Settings are environment variables; README.md has the table.
`;

const commands: Record<string, (options: Options) => Promise<void>> = { stdio, sandbox, config, audit };

interface Options {
  port: string | undefined;
  dialect: string | undefined;
  verify: boolean;
  json: boolean;
  ofSandbox: boolean;
}

const flags = {
  help: { type: "boolean" },
  version: { type: "boolean" },
  port: { type: "string" },
  dialect: { type: "string" },
  verify: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  sandbox: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: flags });
  if (values.help) return print(usage);
  if (values.version) return print(`${serverInfo.version}\n`);
  const [name = "stdio", ...extra] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command || extra.length > 0)
    throw new TrunkError("invalid_input", `${[name, ...extra].join(" ")} is not a command. trunkline --help lists them.`);
  const { port, dialect, verify, json } = values;
  await command({ port, dialect, verify, json, ofSandbox: values.sandbox });
}

/** Everything that one local person's calls may touch. */
function localScope(): Scope {
  const configuration = readConfiguration(process.env, providers);
  const { server } = configuration;
  const log = logOf(configuration);
  const store = localStore(configuration, configuration.sandbox, log);
  return {
    principal: "local",
    policy: {
      readOnly: server.TRUNKLINE_READ_ONLY,
      toolsets: server.TRUNKLINE_TOOLSETS,
      approval: server.TRUNKLINE_APPROVAL,
      revealSecrets: server.TRUNKLINE_REVEAL_SECRETS,
    },
    ...createCarriers(configuration, providers, { clock: systemClock, log, store }),
    store,
    environmentSecret: (name) => process.env[name],
    clock: systemClock,
    log,
    changes: new Set(),
  };
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
}

async function sandbox({ port, dialect }: Options): Promise<void> {
  const { startSandbox } = await import("./serve/sandbox.ts");
  const started = await startSandbox(providers, { port: Number(port ?? 0), ...(dialect === undefined ? {} : { dialect }) });
  note("Carrier emulators are up. To use them, set:");
  for (const provider of providers) {
    for (const [name, value] of Object.entries(provider.sandboxSettings(started.urlOf(provider.id)))) print(`${name}=${value}\n`);
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void started.close());
}

async function config(): Promise<void> {
  const scope = localScope();
  const { describeConfiguration } = await import("./serve/describe.ts");
  print(await describeConfiguration(scope));
}

/** A person's shell rarely has the carriers' keys, so what is not configured there does not mean the sandbox here. */
async function audit({ verify, json, ofSandbox }: Options): Promise<void> {
  const configuration = readConfiguration(process.env, providers);
  const sandboxed = ofSandbox || configuration.server.TRUNKLINE_SANDBOX;
  const { journal } = localStore(configuration, sandboxed, logOf(configuration));
  const { printJournal, unsettledSentence, verifyJournal } = await import("./serve/audit.ts");
  // Whoever reads a part of it, as `head` does, has closed the pipe.
  process.stdout.on("error", () => process.exit());
  if (verify) {
    if (!(await verifyJournal(journal, json, print))) process.exitCode = 1;
    return;
  }
  const printed = await printJournal(journal, json, print);
  const open = await unsettledSentence(journal);
  if (open !== undefined) note(open);
  if (printed === 0) note(`No write was journaled${sandboxed ? " on the sandbox" : "; --sandbox shows those of the sandbox"}.`);
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
