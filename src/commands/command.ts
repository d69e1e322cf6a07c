import type { Environment } from "../core/config.ts";

export interface Flag {
  type: "boolean" | "string";
  help: string;
  /** Stands for the value in the help of a flag that takes one. */
  takes?: string;
}

/** One process, as a command sees it. Only main.ts touches the real one. */
export interface ProcessPorts {
  environment: Environment;
  /** The file that was started. */
  program: string;
  folder: string;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  on(signal: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): void;
  exit(): void;
}

type ValueOf<One extends Flag> = One["type"] extends "boolean" ? boolean : string | undefined;
export type Given<Flags extends Record<string, Flag>> = {
  word: string | undefined;
  flags: { [Name in keyof Flags]: ValueOf<Flags[Name]> };
};

export interface Command<Flags extends Record<string, Flag> = Record<string, Flag>> {
  /** What may follow the command's name. */
  word?: { name: string; optional?: boolean };
  flags: Flags;
  /** Printed below the flags. */
  notes?: string;
  /** Answers with the exit code; a command that serves answers while it goes on. */
  run(given: Given<Flags>, ports: ProcessPorts): Promise<number>;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of commands forgets each command's flags; they are parsed before it runs.
export type AnyCommand = Command<any>;

export function defineCommand<const Flags extends Record<string, Flag>>(command: Command<Flags>): Command<Flags> {
  return command;
}

export const ofSandbox = {
  sandbox: { type: "boolean", help: "of the sandbox, which has a state of its own" },
} as const satisfies Record<string, Flag>;

/** Lets a number be a port, and nothing else. */
export function isPort(value: string): boolean {
  return /^\d{1,5}$/.test(value) && Number(value) <= 65_535;
}
