#!/usr/bin/env node
import manifest from "../package.json" with { type: "json" };
import type { ProcessPorts } from "./commands/command.ts";
import { type CommandTable, runCommand } from "./commands/run-command.ts";
import { TrunkError } from "./core/errors.ts";

const commands: CommandTable = {
  stdio: { summary: "serve one MCP client on stdin and stdout (the default)", load: () => import("./commands/stdio.ts") },
  http: { summary: "serve MCP over HTTP, for many clients", load: () => import("./commands/http.ts") },
  plan: { summary: "compare a file of trunks with what is there", load: () => import("./commands/plan.ts") },
  apply: { summary: "make it so, after you agreed to what is removed or opened", load: () => import("./commands/apply.ts") },
  export: { summary: "write live state as such a file", load: () => import("./commands/export.ts") },
  sandbox: { summary: "serve the carrier emulators alone", load: () => import("./commands/sandbox.ts") },
  config: { summary: "show what was configured, and ask each carrier one question", load: () => import("./commands/config.ts") },
  approve: { summary: "list what waits for you, or decide it", load: () => import("./commands/approve.ts") },
  secret: { summary: "print a password in your terminal", load: () => import("./commands/secret.ts") },
  audit: { summary: "print the journal of writes, newest last", load: () => import("./commands/audit.ts") },
};

const ports: ProcessPorts = {
  environment: process.env,
  program: process.argv[1] ?? "trunkline",
  folder: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  on: (signal, listener) => void (signal === "SIGHUP" ? process.on(signal, listener) : process.once(signal, listener)),
  exit: () => process.exit(),
};

runCommand(process.argv.slice(2), commands, manifest.version, ports).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const said = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${error instanceof TrunkError ? said : `Trunkline could not start: ${said}`}\n`);
    process.exitCode = 1;
  },
);
