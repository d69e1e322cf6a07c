import { parse, stringify, TomlError } from "smol-toml";
import type { Content, EntryPath, FileFormat } from "./client-file.ts";

/** TOML, edited by whole tables: no library writes it and keeps a person's comments. What an edit did is compared afterwards. */
export const tomlFile: FileFormat = {
  parse(text) {
    try {
      // As plain values, which can be compared.
      return JSON.parse(JSON.stringify(parse(text))) as Content;
    } catch (error) {
      throw new Error(error instanceof TomlError ? `line ${error.line}` : "line 1");
    }
  },
  put(text, path, entry) {
    const [list, name] = path;
    const eol = text.includes("\r\n") ? "\r\n" : "\n";
    // The list itself has no line of its own: each server is a table.
    const table = stringify({ [list]: { [name]: entry } }).replace(`[${list}]\n`, "");
    const block = table.trim().replaceAll("\n", eol);
    const { before, found, after } = splitAt(text, path, eol);
    if (found) return [...before, block, ...after].join(eol);
    const head = before.join(eol).trimEnd();
    return `${head}${head === "" ? "" : eol.repeat(2)}${block}${eol}`;
  },
  remove(text, path) {
    const eol = text.includes("\r\n") ? "\r\n" : "\n";
    const { before, after } = splitAt(text, path, eol);
    while (after.length > 0 && before.at(-1) === "") before.pop();
    return after.every((line) => line === "") ? `${before.join(eol).trimEnd()}${eol}` : [...before, ...after].join(eol);
  },
};

interface Split {
  before: string[];
  found: boolean;
  /** Blank lines and comments above the next table belong to that. */
  after: string[];
}

function splitAt(text: string, [list, name]: EntryPath, eol: string): Split {
  const lines = text.split(eol);
  const ours = new RegExp(`^\\s*\\[\\s*${list}\\s*\\.\\s*["']?${name}["']?\\s*(\\.[^\\]]*)?\\]`);
  const first = lines.findIndex((line) => ours.test(line));
  if (first < 0) return { before: lines, found: false, after: [] };
  const next = lines.findIndex((line, index) => index > first && /^\s*\[/.test(line) && !ours.test(line));
  let end = next < 0 ? lines.length : next;
  while (end > first + 1 && /^\s*(#.*)?$/.test(lines[end - 1] ?? "")) end -= 1;
  return { before: lines.slice(0, first), found: true, after: lines.slice(end) };
}
