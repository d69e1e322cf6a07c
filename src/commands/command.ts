import type { Environment } from "../core/config.ts";
import type { Runtime } from "../setup/start.ts";

export interface Flag {
  type: "boolean" | "string" | "port";
  help: string;
  /** Stands for the value in the help. */
  takes?: string;
}
export type Flags = Readonly<Record<string, Flag>>;

/** One process, as a command sees it. Only process-ports.ts touches the real one. */
export interface ProcessPorts {
  environment: Environment;
  /** The words with which a person starts a command of this program. */
  program: string;
  runtime: Runtime;
  folder: string;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  on(signal: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): void;
  exit(): void;
  /** Shows an address in the person's browser; false where there is none. */
  browse(url: string): Promise<boolean>;
}

interface Values {
  boolean: boolean;
  string: string | undefined;
  port: number | undefined;
}
export type Value = Values[Flag["type"]];
export interface Given<Own extends Flags> {
  /** The word after the command's name, or an empty one. */
  word: string;
  secondWord: string;
  flags: { [Name in keyof Own]: Values[Own[Name]["type"]] };
}

export interface Word {
  name: string;
  help: string;
  optional?: boolean;
  /** The only words that are taken. */
  choices?: readonly string[];
}

export interface Command<Own extends Flags = Flags> {
  /** A word that may follow the command's name. */
  word?: Word;
  /** A word that may follow that one. */
  secondWord?: Word;
  flags: Own;
  /** Whole lines as a person types them, printed at the end of the help. */
  examples: readonly [string, ...string[]];
  /** Printed below the flags. */
  notes?: string;
  /** Answers with the exit code; a command that serves answers while it goes on. */
  run(given: Given<Own>, ports: ProcessPorts): Promise<number>;
}

/** A command's line in the help; its code loads when it runs. */
export interface Entry {
  summary: string;
  load(): Promise<{ default: Command }>;
}
export type CommandTable = Readonly<Record<string, Entry>>;

export function defineCommand<const Own extends Flags>(command: Command<Own>): Command<Own> {
  return command;
}

export const ofSandbox = {
  sandbox: { type: "boolean", help: "use the sandbox's state; without a carrier's keys that is what you get" },
  live: { type: "boolean", help: "use the state of the live accounts, though this shell has none of their keys" },
} as const satisfies Flags;
