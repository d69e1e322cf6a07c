import type { ProcessPorts } from "./commands/command.ts";

/** This process, for its commands. `program` is how a person starts them. */
export function processPorts(program: string): ProcessPorts {
  return {
    environment: process.env,
    program,
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
