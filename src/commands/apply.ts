import { defineCommand, type ProcessPorts } from "./command.ts";
import { planFlags, planOptions, runApplyCommand } from "./plan.ts";

export default defineCommand({
  word: { name: "file" },
  flags: planFlags,
  run: (given, ports: ProcessPorts) => runApplyCommand(planOptions(given, ports)),
});
