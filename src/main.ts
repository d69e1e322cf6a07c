#!/usr/bin/env node
import { parseArgs } from "node:util";
import { systemClock } from "./core/clock.ts";
import { readConfiguration } from "./core/config.ts";
import { TrunkError } from "./core/errors.ts";
import { providers } from "./providers/index.ts";
import { createCarriers } from "./serve/carriers.ts";
import { createLog } from "./serve/log.ts";
import { serveOverStdio } from "./serve/stdio.ts";
import type { Scope } from "./server/scope.ts";
import { createHost, serverInfo } from "./server/server.ts";
import { createMemoryStore } from "./store/memory.ts";

const usage = `trunkline [command]

  stdio            serve one MCP client on stdin and stdout (the default)
  sandbox          serve the carrier emulators alone  [--port N] [--dialect observed|documented]
  config           show what was configured, and ask each carrier one question
  --help, --version

Settings are environment variables; README.md has the table.
`;

const commands: Record<string, (options: Options) => Promise<void>> = { stdio, sandbox, config };

interface Options {
  port: string | undefined;
  dialect: string | undefined;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: "boolean" }, version: { type: "boolean" }, port: { type: "string" }, dialect: { type: "string" } },
  });
  if (values.help) return print(usage);
  if (values.version) return print(`${serverInfo.version}\n`);
  const [name = "stdio", ...extra] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command || extra.length > 0)
    throw new TrunkError("invalid_input", `${[name, ...extra].join(" ")} is not a command. trunkline --help lists them.`);
  await command({ port: values.port, dialect: values.dialect });
}

/** Everything that one local person's calls may touch. */
function localScope(): Scope {
  const configuration = readConfiguration(process.env, providers);
  const { server } = configuration;
  const log = createLog(server.TRUNKLINE_LOG_LEVEL, (line) => process.stderr.write(line));
  const store = createMemoryStore(systemClock);
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
    clock: systemClock,
    log,
    changes: new Set(),
  };
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
