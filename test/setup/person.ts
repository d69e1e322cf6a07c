import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { ProcessPorts } from "../../src/commands/command.ts";
import { runCommand } from "../../src/commands/run-command.ts";
import setup from "../../src/commands/setup.ts";
import type { Runtime } from "../../src/setup/start.ts";
import { keyboard } from "../support/keyboard.ts";

const question = "Change the file? Type yes: ";

export interface Person {
  home: string;
  /** Runs `trunkline setup` with these words; an answer is typed if there is one, else there is no terminal. */
  setup(words: string, options?: { answer?: string; environment?: Record<string, string> }): Promise<Ran>;
}
export interface Ran {
  code: number;
  out: string;
  errors: string;
}

/** A person with an empty home folder of their own, at a computer of this kind. */
export function newPerson(platform: NodeJS.Platform = "linux", runtime: Partial<Runtime> = {}): Person {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "trunkline-home-")));
  return {
    home,
    async setup(words, { answer, environment = {} } = {}) {
      const { terminal, screen } = keyboard(answer === undefined ? [] : [[question, answer]], answer !== undefined);
      const stderr = new PassThrough({ encoding: "utf8" });
      const ports = {
        environment: { HOME: home, ...environment },
        program: "trunkline",
        runtime: { platform, node: process.execPath, file: "/opt/trunkline/dist/main.js", ...runtime },
        folder: home,
        stdin: Object.assign(terminal.input, { isTTY: terminal.isTerminal }),
        stdout: Object.assign(terminal.output, { isTTY: terminal.isTerminal }),
        stderr,
      };
      const table = { setup: { summary: "set up", load: async () => ({ default: setup }) } };
      const code = await runCommand(["setup", ...words.split(" ")], table, "1.2.3", ports as unknown as ProcessPorts);
      return { code, out: screen(), errors: (stderr.read() as string | null) ?? "" };
    },
  };
}
