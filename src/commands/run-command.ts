import { TrunkError } from "../core/errors.ts";
import { compileParsers } from "../core/parsers.ts";
import { screenOf } from "../core/screen.ts";
import { cleanText, quoteText } from "../core/text.ts";
import type { Command, CommandTable, Entry, Flag, Flags, Given, ProcessPorts, Value, Word } from "./command.ts";
import { helpOf, overview } from "./help.ts";

const DEFAULT = "stdio";

/** Runs the command that was typed, and says in one line why it could not. Answers with the exit code. */
export async function runCommand(args: readonly string[], table: CommandTable, version: string, ports: ProcessPorts): Promise<number> {
  try {
    return await dispatch(args, table, version, ports);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    ports.stderr.write(`${error instanceof TrunkError ? said : `Trunkline could not start: ${said}`}\n`);
    return 1;
  }
}

async function dispatch(args: readonly string[], table: CommandTable, version: string, ports: ProcessPorts): Promise<number> {
  const [first = DEFAULT, ...rest] = args;
  if (["version", "--version", "-v"].includes(first)) return print(versionOf(version, rest), ports);
  if (["help", "--help", "-h"].includes(first)) return print(await helpOn(rest, table, ports), ports);
  if (first === "completion") return print(await completionFor(rest, table, ports), ports);
  return first.startsWith("-") ? await runNamed(DEFAULT, args, table, ports) : await runNamed(first, rest, table, ports);
}

async function runNamed(name: string, args: readonly string[], table: CommandTable, ports: ProcessPorts): Promise<number> {
  const entry = entryOf(name, table);
  // A server on stdin does so once it has answered.
  if (name !== DEFAULT) compileParsers();
  const { default: command } = await entry.load();
  if (args.includes("--help") || args.includes("-h")) return print(helpOf(name, entry, command, screenFor(ports)), ports);
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

function parse(name: string, args: readonly string[], { flags, word, secondWord }: Command): Given<Flags> {
  const options = Object.fromEntries(
    Object.entries(flags).map(([flag, { type }]) => [flag, { type: type === "boolean" ? type : "string" } as const]),
  );
  const { tokens } =
    args.length === 0
      ? { tokens: [] }
      : process.getBuiltinModule("node:util").parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  const values: Record<string, Value> = Object.fromEntries(
    Object.entries(flags).map(([flag, { type }]) => [flag, type === "boolean" ? false : undefined]),
  );
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind === "option") values[token.name] = readFlag(`trunkline ${name}`, token, flags);
  }
  const taken = [word, secondWord].filter((one) => one !== undefined);
  const extra = words[taken.length];
  if (extra !== undefined) throw refused(`trunkline ${name}: ${quoteText(extra)} is one word too many. ${knownFlags(flags)}`);
  for (const [index, one] of taken.entries()) checkWord(name, one, words[index] ?? "", flags);
  const [given = "", second = ""] = words;
  return { word: given, secondWord: second, flags: values };
}

function checkWord(command: string, { name, help, optional, choices }: Word, given: string, flags: Flags): void {
  if (given === "" && !optional) throw refused(`trunkline ${command} needs <${name}>: ${help}. ${knownFlags(flags)}`);
  if (given === "" || !choices || choices.includes(given)) return;
  throw refused(`trunkline ${command} does not know ${quoteText(given)}. It takes ${choices.join(", ")}.`);
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

async function helpOn([name, ...extra]: readonly string[], table: CommandTable, ports: ProcessPorts): Promise<string> {
  if (extra.length > 0) throw refused("trunkline help takes one command.");
  if (name === undefined) return overview(table, screenFor(ports));
  if (name === "completion") return (await import("./completion.ts")).completionHelp(screenFor(ports));
  const entry = entryOf(name, table);
  return helpOf(name, entry, (await entry.load()).default, screenFor(ports));
}

async function completionFor(args: readonly string[], table: CommandTable, ports: ProcessPorts): Promise<string> {
  const { completion, completionHelp } = await import("./completion.ts");
  if (args.includes("--help") || args.includes("-h")) return completionHelp(screenFor(ports));
  return await completion(args, table);
}

function screenFor({ stdout, environment }: ProcessPorts) {
  return screenOf(stdout, environment);
}
