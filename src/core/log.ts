/** Structured lines for the operator. Fields are redacted by whoever writes them out. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogFields = Record<string, unknown>;

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The same log, whose lines all say this too; a function says it anew for each line. */
export function withFields(log: Log, more: LogFields | (() => LogFields)): Log {
  const all = typeof more === "function" ? more : () => more;
  return {
    debug: (fields, message) => log.debug({ ...all(), ...fields }, message),
    info: (fields, message) => log.info({ ...all(), ...fields }, message),
    warn: (fields, message) => log.warn({ ...all(), ...fields }, message),
    error: (fields, message) => log.error({ ...all(), ...fields }, message),
  };
}
