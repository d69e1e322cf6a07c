import { currentTrace } from "../core/call-context.ts";
import type { Log, LogFields } from "../core/log.ts";

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

/** Keeps the name, message and stack of an error: other properties may hold a request with its headers. */
function plainErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
}
