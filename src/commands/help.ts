import { folded, type Screen } from "../core/screen.ts";
import type { Command, CommandTable, Entry, Word } from "./command.ts";

type Row = readonly [name: string, text: string];

/** The page of `trunkline --help`. */
export function overview(table: CommandTable, screen: Screen): string {
  const commands: Row[] = [
    ...Object.entries(table).map(([name, { summary }]) => [name, summary] as const),
    ["completion", "print what your shell needs to complete these words"],
    ["help", "tell more about a command, as in trunkline help plan"],
    ["version", "tell the version"],
  ];
  const settings = "Settings are environment variables; README.md lists them.";
  return page(screen, "trunkline [command]", { Commands: rows(commands, screen) }, settings);
}

/** The page of `trunkline <command> --help`. */
export function helpOf(name: string, { summary }: Entry, command: Command, screen: Screen): string {
  const { word, secondWord, flags, notes, examples } = command;
  const words = [word, secondWord].filter((one) => one !== undefined);
  const usage = ["trunkline", name, ...words.map(shown), ...(Object.keys(flags).length > 0 ? ["[flags]"] : [])];
  const listed = Object.entries(flags).map(
    ([flag, { takes, help }]) => [`--${flag}${takes === undefined ? "" : ` ${takes}`}`, help] as const,
  );
  return page(screen, `${usage.join(" ")}\n\n${folded(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`, screen.width)}`, {
    Words: rows(
      words.map((one) => [shown(one), one.help] as const),
      screen,
    ),
    Flags: rows(listed, screen),
    Notes: notes === undefined ? "" : `  ${folded(notes, screen.width, 2)}`,
    Examples: examples.map((line) => `  ${line}`).join("\n"),
  });
}

export function page({ paint }: Screen, usage: string, parts: Record<string, string>, end = ""): string {
  const titled = Object.entries(parts).flatMap(([title, text]) => (text === "" ? [] : [`${paint("bold", title)}\n${text}`]));
  return `${[usage, ...titled, end].filter((part) => part !== "").join("\n\n")}\n`;
}

function shown({ name, optional }: Word): string {
  return optional ? `[${name}]` : `<${name}>`;
}

function rows(pairs: readonly Row[], { paint, width }: Screen): string {
  const left = Math.max(0, ...pairs.map(([name]) => name.length)) + 2;
  return pairs.map(([name, text]) => `  ${paint("cyan", name.padEnd(left))}${folded(text, width, left + 2)}`).join("\n");
}
