import type { ProcessPorts } from "./commands/command.ts";

/** This process, for its commands. `program` is how a person starts them, and `file` what Node was started with. */
export function processPorts(program: string, file: string): ProcessPorts {
  return {
    environment: process.env,
    program,
    runtime: { platform: process.platform, node: process.execPath, file },
    folder: process.cwd(),
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    on: (signal, listener) => void (signal === "SIGHUP" ? process.on(signal, listener) : process.once(signal, listener)),
    exit: () => process.exit(),
  };
}
