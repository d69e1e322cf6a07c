import type { Editor, Server } from "./change.ts";
import { environmentOf } from "./server-for.ts";

/** Shows two states of the entry, line by line. A value that may be a key is not shown. */
export function difference(editor: Editor, before: Server | undefined, after: Server | undefined, shown: ReadonlySet<string>): string {
  const [old, made] = [before, after].map((server) => (server ? linesOf(editor, masked(server, shown)) : []));
  const removed = (old ?? []).filter((line) => !made?.includes(line)).map((line) => `- ${line}`);
  const added = (made ?? []).map((line) => `${old?.includes(line) ? " " : "+"} ${line}`);
  return `${[...removed, ...added].join("\n")}\n`;
}

function linesOf(editor: Editor, server: Server): string[] {
  return editor.shown(server).trimEnd().split("\n");
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
