import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { TrunkError } from "../core/errors.ts";
import { type Screen, screenOf } from "../core/screen.ts";
import type { ProcessPorts } from "./command.ts";

/** A person at a keyboard, or the pipe in their place. */
export interface Terminal {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  /** Both ends are a terminal, so that somebody can be asked. */
  isTerminal: boolean;
  screen: Screen;
}

export function terminalOf({ stdin, stdout, environment }: ProcessPorts): Terminal {
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
  return { input: stdin, output: stdout, isTerminal, screen: screenOf(stdout, environment) };
}

/** Asks a person for one line. Ctrl-C, Ctrl-D or a closed window end the command, and nothing has happened. */
export function askLine({ input, output }: Terminal, question: string, visible = true): Promise<string> {
  // readline echoes by writing; a hidden line is written nowhere.
  const echo = visible ? output : new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: echo, terminal: true, historySize: 0 });
  // Asks only now: from here on the terminal itself echoes nothing either.
  if (!visible) output.write(question);
  return new Promise((resolve, reject) => {
    const leave = () => {
      output.write("\n");
      reject(new TrunkError("approval_refused", "You left. Nothing was changed."));
    };
    lines.on("SIGINT", () => lines.close());
    lines.on("close", leave);
    lines.question(visible ? question : "", (line) => {
      // Takes off this listener alone: readline's own one stops it from echoing the next answer.
      lines.off("close", leave);
      lines.close();
      if (!visible) output.write("\n");
      resolve(line);
    });
  });
}

export function askHidden(terminal: Terminal, question: string): Promise<string> {
  return askLine(terminal, question, false);
}

export function insistOnTerminal({ isTerminal }: Terminal, what: string): void {
  if (isTerminal) return;
  throw new TrunkError(
    "forbidden",
    `${what} needs a person at a terminal. Run it yourself, without a pipe or a file for input or output. Nothing was changed.`,
  );
}
