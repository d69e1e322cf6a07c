import { PassThrough } from "node:stream";
import type { Terminal } from "../../src/commands/terminal.ts";
import { plainScreen } from "../../src/core/screen.ts";

export const ctrlC = "\u0003";
export const ctrlD = "\u0004";

export interface Keyboard {
  terminal: Terminal;
  /** Everything that the screen showed. */
  screen(): string;
}

/** A person who answers each question in turn; what is typed comes after the question, key by key. */
export function keyboard(answers: [question: string, keys: string][], isTerminal = true): Keyboard {
  const input = new PassThrough();
  const output = new PassThrough();
  const left = [...answers];
  let shown = "";
  let read = 0;
  output.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
    const [next] = left;
    if (!next) return;
    const at = shown.indexOf(next[0], read);
    if (at < 0) return;
    read = at + next[0].length;
    left.shift();
    setImmediate(() => input.write(next[1] === ctrlC || next[1] === ctrlD ? next[1] : `${next[1]}\r`));
  });
  return { terminal: { input, output, isTerminal, screen: { ...plainScreen, width: 10_000 } }, screen: () => shown };
}
