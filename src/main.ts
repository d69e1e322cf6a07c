// First, so that it comes before every schema.
import "./core/parsers.ts";

import manifest from "../package.json" with { type: "json" };
import type { CommandTable } from "./commands/command.ts";
import { runCommand } from "./commands/run-command.ts";
import stdio from "./commands/stdio.ts";
import { processPorts } from "./process-ports.ts";

/** The code of a command loads when it is called; that of stdio is there at once, since every client waits for it. */
const commands: CommandTable = {
  stdio: { summary: "serve one MCP client on stdin and stdout (the default)", load: async () => ({ default: stdio }) },
  http: { summary: "serve MCP over HTTP, for many clients", load: () => import("./commands/http.ts") },
  plan: { summary: "show what would change to make the carriers match a file of trunks", load: () => import("./commands/plan.ts") },
  apply: {
    summary: "make the carriers match the file, and ask you before it removes or opens something",
    load: () => import("./commands/apply.ts"),
  },
  list: { summary: "list your trunks", load: () => import("./commands/list.ts") },
  show: { summary: "show one trunk: which calls get through, and where they would end", load: () => import("./commands/show.ts") },
  export: { summary: "print your trunks as such a file", load: () => import("./commands/export.ts") },
  setup: { summary: "write Trunkline into your client's own configuration, or take it out", load: () => import("./commands/setup.ts") },
  sandbox: { summary: "serve the carriers' emulators alone", load: () => import("./commands/sandbox.ts") },
  demo: { summary: "show in seven steps what this is, on a sandbox of its own", load: () => import("./commands/demo.ts") },
  config: {
    summary: "show how your settings were understood, and what doctor finds",
    load: () => import("./commands/config.ts"),
  },
  doctor: {
    summary: "check settings, state, carriers, tenants file, port and public URL; exit code 1 if something cannot work",
    load: () => import("./commands/doctor.ts"),
  },
  approve: { summary: "list the approvals that need you, or decide one", load: () => import("./commands/approve.ts") },
  secret: { summary: "show you a password in your terminal", load: () => import("./commands/secret.ts") },
  token: { summary: "make an access token for a tenant of your server, and show it once", load: () => import("./commands/token.ts") },
  audit: { summary: "print the journal of writes, newest last", load: () => import("./commands/audit.ts") },
};

// No top-level await: a command's code in the bundle imports this file, and would wait for its end.
const [, file = "trunkline", ...args] = process.argv;
// npx keeps what it fetched in a cache, which npm may empty.
const program = file.split(/[\\/]/).includes("_npx") ? "npx -y trunkline-mcp" : `node ${JSON.stringify(file)}`;
void runCommand(args, commands, manifest.version, processPorts(program, file)).then((code) => {
  process.exitCode = code;
});
