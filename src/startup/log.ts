import { currentTrace } from "../core/call-context.ts";
import { TrunkError } from "../core/errors.ts";
import type { Log, LogFields } from "../core/log.ts";
import { cleanText } from "../core/text.ts";

const levels = ["debug", "info", "warn", "error"] as const;
type Level = (typeof levels)[number];

const AGAIN_AFTER_MS = 60_000;
const MAX_KNOWN = 500;

/** Writes JSON lines, each with the request that it belongs to. Secrets print as `[secret]` by themselves. */
export function createLog(threshold: Level | "silent", write: (line: string) => void): Log {
  const from = threshold === "silent" ? levels.length : levels.indexOf(threshold);
  const spare = sparing();
  const at = (level: Level) => (fields: LogFields, message: string) => {
    if (levels.indexOf(level) < from) return;
    const line = { time: new Date().toISOString(), level, message, request_id: currentTrace()?.requestId, ...fields };
    const repeated = spare(line);
    if (repeated !== "said") write(`${JSON.stringify({ ...line, repeated }, plainErrors)}\n`);
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

/**
 * Work that nobody asked for tries again by itself, some of it twice a second: what goes wrong with it is said once, and
 * then every minute with how often it was not said.
 */
function sparing(): (line: LogFields) => "said" | number | undefined {
  const known = new Map<string, { at: number; unsaid: number }>();
  return ({ message, tenant, error, request_id }) => {
    if (error === undefined || request_id !== undefined) return undefined;
    const key = JSON.stringify([message, tenant, error instanceof Error ? error.message : error]);
    const now = performance.now();
    const before = known.get(key);
    if (before && now - before.at < AGAIN_AFTER_MS) {
      before.unsaid += 1;
      return "said";
    }
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, { at: now, unsaid: 0 });
    return before?.unsaid;
  };
}

/**
 * Keeps the name, message and stack of an error: other properties may hold a request with its headers. What has a code, of
 * ours or of the system, was foreseen, and needs no stack.
 */
function plainErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack } = value;
  const code =
    value instanceof TrunkError || ("code" in value && typeof value.code === "string") ? (value as { code: unknown }).code : undefined;
  return code === undefined || code === "internal" ? { name, message, ...(isForeseen(value) ? {} : { stack }) } : { name, code, message };
}

/** The store says by its cause why it does not answer. */
function isForeseen(error: Error): boolean {
  return error instanceof TrunkError && "cause" in error;
}
