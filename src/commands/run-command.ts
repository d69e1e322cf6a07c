import { parseArgs } from "node:util";
import { TrunkError } from "../core/errors.ts";
import { cleanText, quoteText } from "../core/text.ts";
import type { AnyCommand, Flag, Given, ProcessPorts } from "./command.ts";

/** A command's line in the help; its code loads when it runs. */
export interface Entry {
  summary: string;
  load(): Promise<{ default: AnyCommand }>;
}
export type CommandTable = Readonly<Record<string, Entry>>;

const DEFAULT = "stdio";

/** Runs what was typed. Answers with the exit code. */
export async function runCommand(args: readonly string[], table: CommandTable, version: string, ports: ProcessPorts): Promise<number> {
  const [first, ...rest] = args;
  const print = (text: string) => {
    ports.stdout.write(text);
    return 0;
  };
  if (first === "version" || first === "--version" || first === "-v") return print(`${version}\n`);
  if (first === "help" || first === "--help" || first === "-h") return print(await helpFor(rest[0], table));
  const isFlag = first === undefined || first.startsWith("-");
  const name = isFlag ? DEFAULT : first;
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!entry) throw unknownCommand(name);
  const { default: command } = await entry.load();
  const own = isFlag ? args : rest;
  if (own.includes("--help") || own.includes("-h")) return print(helpOf(name, entry, command));
  return await command.run(parse(name, own, command), ports);
}

function unknownCommand(name: string): TrunkError {
  return new TrunkError(
    "invalid_input",
    `${quoteText(name)} is not a command of trunkline. trunkline --help lists them. Nothing was done.`,
  );
}

function parse(name: string, args: readonly string[], { flags, word }: AnyCommand): Given<Record<string, Flag>> {
  const options = Object.fromEntries(Object.entries(flags as Record<string, Flag>).map(([flag, { type }]) => [flag, { type }]));
  const { values, positionals } = parsed(name, args, options);
  if (positionals.length > (word ? 1 : 0)) throw usageError(name, `${quoteText(positionals.at(-1) ?? "")} is one word too many`, flags);
  if (word && !word.optional && positionals.length === 0) throw usageError(name, `it needs ${word.name}`, flags);
  const given = Object.keys(options).map((flag) => [flag, values[flag] ?? (options[flag]?.type === "boolean" ? false : undefined)]);
  return { word: positionals[0], flags: Object.fromEntries(given) };
}

function parsed(name: string, args: readonly string[], options: Record<string, { type: Flag["type"] }>) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    const [, flag] = /'(-[^' ]*)/.exec(error instanceof Error ? error.message : "") ?? [];
    const known = flag !== undefined && Object.hasOwn(options, flag.replace(/^-+/, ""));
    const why = known
      ? `${flag} ${options[flag.slice(2)]?.type === "string" ? "needs a value" : "takes no value"}`
      : `it has no flag ${cleanText(flag ?? "like this", 60)}`;
    throw usageError(name, why, options);
  }
}

function usageError(name: string, why: string, flags: Record<string, unknown>): TrunkError {
  const known = Object.keys(flags).map((flag) => `--${flag}`);
  const has = known.length === 0 ? "It has no flags." : `Its flags are ${known.join(", ")}.`;
  return new TrunkError("invalid_input", `trunkline ${name}: ${why}. ${has} Nothing was done.`);
}

async function helpFor(name: string | undefined, table: CommandTable): Promise<string> {
  if (name === undefined) return overview(table);
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!entry) throw unknownCommand(name);
  return helpOf(name, entry, (await entry.load()).default);
}

function overview(table: CommandTable): string {
  const rows = Object.entries(table).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`);
  return `trunkline [command]\n\n${rows.join("")}\ntrunkline <command> --help tells a command's flags. trunkline --version tells the version.\nSettings are environment variables; README.md has the table.\n`;
}

function helpOf(name: string, { summary }: Entry, { word, flags, notes }: AnyCommand): string {
  const rows = Object.entries(flags as Record<string, Flag>).map(
    ([flag, { takes, help }]) => [`--${flag}${takes === undefined ? "" : ` ${takes}`}`, help] as const,
  );
  const width = Math.max(0, ...rows.map(([left]) => left.length)) + 2;
  const shown = word === undefined ? "" : word.optional ? ` [${word.name}]` : ` <${word.name}>`;
  const listed = rows.map(([left, help]) => `  ${left.padEnd(width)}${help}\n`).join("");
  return `trunkline ${name}${shown}${rows.length > 0 ? " [flags]" : ""}\n\n${summary.charAt(0).toUpperCase()}${summary.slice(1)}.\n${listed === "" ? "" : `\n${listed}`}${notes === undefined ? "" : `\n${notes}\n`}`;
}
