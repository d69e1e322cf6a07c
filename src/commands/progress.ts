import type { Progress } from "../core/plan-progress.ts";
import { screenOf } from "../core/screen.ts";
import { cleanText } from "../core/text.ts";
import type { ProcessPorts } from "./command.ts";

export interface ProgressLine {
  tell: Progress;
  /** Writes a line above the progress. */
  note(line: string): void;
  /** Takes the progress off the screen; what came of it is said below. */
  end(): void;
}

const silent: ProgressLine = { tell: () => {}, note: () => {}, end: () => {} };

/** Of work that only reads: a person waits for it, and in a pipe it is no news. */
export function readingOn(ports: Pick<ProcessPorts, "stderr" | "environment">): ProgressLine {
  return ports.stderr.isTTY ? progressOn(ports) : silent;
}

const BAR = 20;
const CLEAR = "\r\u001b[2K";

/** One line that is written over where stderr is a terminal; elsewhere one line for each report. */
export function progressOn({ stderr, environment }: Pick<ProcessPorts, "stderr" | "environment">): ProgressLine {
  if (!stderr.isTTY) {
    return {
      tell: (done, total, message) => void stderr.write(`${done} of ${total}: ${message}\n`),
      note: (line) => void stderr.write(`${line}\n`),
      end: () => {},
    };
  }
  const { paint } = screenOf(stderr, environment);
  let shown = "";
  const write = (text: string) => void stderr.write(`${CLEAR}${text}`);
  return {
    tell: (done, total, message) => {
      const filled = Math.round((BAR * done) / Math.max(1, total));
      const count = `${done} of ${total}`;
      // A line that wraps could not be written over.
      const room = Math.max(0, (stderr.columns || 80) - BAR - count.length - 3);
      shown = `${paint("green", "█".repeat(filled))}${paint("dim", "░".repeat(BAR - filled))} ${count} ${cleanText(message, room)}`;
      write(shown);
    },
    note: (line) => write(`${line}\n${shown}`),
    end: () => {
      shown = "";
      write("");
    },
  };
}
