// First, so that it comes before every schema.
import "./core/parsers.ts";

import manifest from "../package.json" with { type: "json" };
import { runCommand } from "./commands/run-command.ts";
import stdio from "./commands/stdio.ts";
import { processPorts } from "./process-ports.ts";

/**
 * The entry of the desktop bundle. A desktop host imports it into a process of its own, whose arguments are not ours and
 * whose program is no Node that a person could start: commands are those of the npm package.
 */
const commands = { stdio: { summary: "", load: async () => ({ default: stdio }) } };

void runCommand([], commands, manifest.version, processPorts("npx -y trunkline-mcp", "")).then((code) => {
  process.exitCode = code;
});
