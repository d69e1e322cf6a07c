import type { Colour } from "../core/screen.ts";
import type { Editor, Server } from "./change.ts";
import { environmentOf } from "./server-for.ts";

/** Two states of the entry, line by line. A value that may be a key is not shown. */
export function difference(
  editor: Editor,
  before: Server | undefined,
  after: Server | undefined,
  shown: ReadonlySet<string>,
): [Colour, string][] {
  const linesOf = (server: Server | undefined) => (server ? editor.shown(masked(server, shown)).trimEnd().split("\n") : []);
  const [old, made] = [linesOf(before), linesOf(after)];
  const removed = old.filter((line) => !made.includes(line));
  return [
    ...removed.map((line): [Colour, string] => ["red", `- ${line}`]),
    ...made.map((line): [Colour, string] => (old.includes(line) ? ["dim", `  ${line}`] : ["green", `+ ${line}`])),
  ];
}

export function masked(server: Server, shown: ReadonlySet<string>): Server {
  const values = Object.entries(environmentOf(server)).map(([name, value]) => [
    name,
    isOpen(value) || shown.has(name) ? value : "[secret]",
  ]);
  const key = "envs" in server.entry ? "envs" : "env";
  return { ...server, entry: { ...server.entry, ...(key in server.entry ? { [key]: Object.fromEntries(values) } : {}) } };
}

/** Whether the file itself holds no value: none yet, or one that the client asks for. */
export function isOpen(value: string): boolean {
  return value === "" || /^\$\{input:[^}]+\}$/.test(value);
}
