import { parseArgs } from "node:util";
import { TrunkError } from "../core/errors.ts";
import { cleanText, quoteText } from "../core/text.ts";
import type { Command, Flag, Flags, Given, ProcessPorts, Value } from "./command.ts";

/** A command's line in the help; its code loads when it runs. */
export interface Entry {
  summary: string;
  load(): Promise<{ default: Command }>;
}
export type CommandTable = Readonly<Record<string, Entry>>;

const DEFAULT = "stdio";

/** Runs the command that was typed, and says in one line why it could not. Answers with the exit code. */
export async function runCommand(args: readonly string[], table: CommandTable, version: string, ports: ProcessPorts): Promise<number> {
  try {
    const [first, ...rest] = args;
    if (["version", "--version", "-v"].includes(first ?? "")) return print(versionOf(version, rest), ports);
    if (["help", "--help", "-h"].includes(first ?? "")) return print(await helpOn(rest, table), ports);
    const named = first !== undefined && !first.startsWith("-");
    return await runNamed(named ? first : DEFAULT, named ? rest : args, table, ports);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    ports.stderr.write(`${error instanceof TrunkError ? said : `Trunkline could not start: ${said}`}\n`);
    return 1;
  }
}

async function runNamed(name: string, args: readonly string[], table: CommandTable, ports: ProcessPorts): Promise<number> {
  const entry = entryOf(name, table);
  const { default: command } = await entry.load();
  if (args.includes("--help") || args.includes("-h")) return print(helpOf(name, entry, command), ports);
  return await command.run(parse(name, args, command), ports);
}

function print(text: string, { stdout }: ProcessPorts): number {
  stdout.write(text);
  return 0;
}

function entryOf(name: string, table: CommandTable): Entry {
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!entry) throw refused(`${quoteText(name)} is not a command of trunkline. trunkline --help lists them.`);
  return entry;
}

function parse(name: string, args: readonly string[], { flags, word }: Command): Given<Flags> {
  const options = Object.fromEntries(
    Object.entries(flags).map(([flag, { type }]) => [flag, { type: type === "boolean" ? type : "string" } as const]),
  );
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  const values: Record<string, Value> = Object.fromEntries(
    Object.entries(flags).map(([flag, { type }]) => [flag, type === "boolean" ? false : undefined]),
  );
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind === "option") values[token.name] = readFlag(`trunkline ${name}`, token, flags);
  }
  const extra = words[word ? 1 : 0];
  if (extra !== undefined) throw refused(`trunkline ${name}: ${quoteText(extra)} is one word too many. ${knownFlags(flags)}`);
  const [given = ""] = words;
  if (word && !word.optional && given === "") throw refused(`trunkline ${name} needs <${word.name}>: ${word.help}. ${knownFlags(flags)}`);
  return { word: given, flags: values };
}

interface OptionToken {
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

function readFlag(command: string, { name, rawName, value, inlineValue }: OptionToken, flags: Flags): Value {
  const flag = Object.hasOwn(flags, name) && rawName === `--${name}` ? flags[name] : undefined;
  if (!flag) throw refused(`${command} has no flag ${cleanText(rawName, 60)}. ${knownFlags(flags)}`);
  if (flag.type === "boolean") {
    if (value !== undefined) throw refused(`${command}: ${rawName} takes no value.`);
    return true;
  }
  // A value that was forgotten must not swallow the next flag.
  if (value === undefined || value === "" || (!inlineValue && value.startsWith("-"))) throw refused(`${command}: ${needs(rawName, flag)}`);
  return flag.type === "port" ? portOf(value, `${command}: ${needs(rawName, flag)}`) : value;
}

function needs(rawName: string, { type, takes = "…" }: Flag): string {
  return `${rawName} needs ${type === "port" ? "a number from 0 to 65535" : `a value, as in ${rawName} ${takes}`}.`;
}

function portOf(value: string, otherwise: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) throw refused(otherwise);
  return Number(value);
}

function refused(why: string): TrunkError {
  return new TrunkError("invalid_input", `${why} Nothing was done.`);
}

function knownFlags(flags: Flags): string {
  const known = Object.keys(flags).map((flag) => `--${flag}`);
  return known.length === 0 ? "It takes no flags." : `It takes ${known.join(", ")}.`;
}

function versionOf(version: string, rest: readonly string[]): string {
  if (rest.length > 0) throw refused("trunkline version takes nothing else.");
  return `${version}\n`;
}

async function helpOn([name, ...extra]: readonly string[], table: CommandTable): Promise<string> {
  if (extra.length > 0) throw refused("trunkline help takes one command.");
  if (name === undefined) return overview(table);
  const entry = entryOf(name, table);
  return helpOf(name, entry, (await entry.load()).default);
}

function overview(table: CommandTable): string {
  const commands = rows(Object.entries(table).map(([name, { summary }]) => [name, summary]));
  const more = "trunkline <command> --help tells more about one. trunkline --version tells the version.";
  return `trunkline [command]\n\n${commands}\n${more}\nSettings are environment variables; README.md lists them.\n`;
}

function helpOf(name: string, { summary }: Entry, { word, flags, notes }: Command): string {
  const shown = word && (word.optional ? `[${word.name}]` : `<${word.name}>`);
  const listed = rows([
    ...(word && shown ? [[shown, word.help] as const] : []),
    ...Object.entries(flags).map(([flag, { takes, help }]) => [`--${flag}${takes === undefined ? "" : ` ${takes}`}`, help] as const),
  ]);
  const usage = ["trunkline", name, shown, Object.keys(flags).length > 0 ? "[flags]" : undefined].filter((part) => part !== undefined);
  const parts = [usage.join(" "), `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`, listed.trimEnd(), notes ?? ""];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function rows(pairs: (readonly [string, string])[]): string {
  const width = Math.max(0, ...pairs.map(([left]) => left.length)) + 2;
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}${right}\n`).join("");
}
