import { currentTrace } from "../core/call-context.ts";
import type { Log, LogFields } from "../core/log.ts";
import { cleanText } from "../core/text.ts";

const levels = ["debug", "info", "warn", "error"] as const;
type Level = (typeof levels)[number];

/** Writes JSON lines, each with the request that it belongs to. Secrets print as `[secret]` by themselves. */
export function createLog(threshold: Level | "silent", write: (line: string) => void): Log {
  const from = threshold === "silent" ? levels.length : levels.indexOf(threshold);
  const at = (level: Level) => (fields: LogFields, message: string) => {
    if (levels.indexOf(level) < from) return;
    const line = { time: new Date().toISOString(), level, message, request_id: currentTrace()?.requestId, ...fields };
    write(`${JSON.stringify(line, plainErrors)}\n`);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Says warnings and errors to a person who runs a command: our sentence, and which call or what error it is about. */
export function createPersonsLog(tell: (line: string) => void): Log {
  const say = ({ operation, error }: LogFields, message: string) => {
    const about = error instanceof Error ? error.message : operation;
    tell(`! ${message.charAt(0).toUpperCase()}${message.slice(1)}${about === undefined ? "" : ` (${cleanText(String(about))})`}.`);
  };
  return { debug: () => {}, info: () => {}, warn: say, error: say };
}

/** Keeps the name, message and stack of an error: other properties may hold a request with its headers. */
function plainErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
}
