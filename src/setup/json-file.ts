import { isDeepStrictEqual } from "node:util";
import { applyEdits, findNodeAtLocation, type JSONPath, modify, type Node, type ParseError, parse, parseTree } from "jsonc-parser";
import { type FileFormat, isContent } from "./client-file.ts";

const options = { allowTrailingComma: true };

/** JSON with comments and trailing commas, as editors take it. Plain JSON stays plain. */
export const jsonFile: FileFormat = {
  parse(text) {
    const errors: ParseError[] = [];
    const content: unknown = parse(text, errors, options);
    const [error] = errors;
    if (error) throw new Error(`line ${text.slice(0, error.offset).split("\n").length}`);
    if (!isContent(content)) throw new Error("line 1");
    return content;
  },
  put: (text, path, entry) => putValue(text === "" ? "{\n}\n" : text, [...path], entry),
  remove: (text, path) => removeAt(text, [...path]),
};

function putValue(text: string, path: JSONPath, value: unknown): string {
  const node = nodeAt(text, path);
  if (!node) return addProperty(text, path, value);
  const before: unknown = parse(text.slice(node.offset, node.offset + node.length), [], options);
  if (isDeepStrictEqual(before, value)) return text;
  if (!isContent(before) || !isContent(value)) {
    return text.slice(0, node.offset) + written(value, text, node.offset) + text.slice(node.offset + node.length);
  }
  const removed = Object.keys(before).filter((key) => !(key in value));
  const without = removed.reduce((edited, key) => removeAt(edited, [...path, key]), text);
  return Object.entries(value).reduce((edited, [key, field]) => putValue(edited, [...path, key], field), without);
}

function addProperty(text: string, path: JSONPath, value: unknown): string {
  const parent = path.slice(0, -1);
  const node = nodeAt(text, parent);
  const key = String(path.at(-1));
  // A list of servers that is not there, or is null, begins with this one.
  if (node?.type !== "object") return putValue(text, parent, { [key]: value });
  return insertFirst(text, node, [`${JSON.stringify(key)}: `, value]);
}

function removeAt(text: string, path: JSONPath): string {
  return applyEdits(text, modify(text, path, undefined, {}));
}

function nodeAt(text: string, path: JSONPath): Node | undefined {
  const tree = parseTree(text, [], options);
  return tree && findNodeAtLocation(tree, path);
}

/** Inserts before the first one: commas and comments behind the last one stay where they are. */
function insertFirst(text: string, container: Node, [label, ...values]: [string, ...unknown[]]): string {
  const [eol, unit] = styleOf(text);
  const outer = indentAt(text, container.offset);
  const inner = outer + unit;
  const added = values.map((value) => `${inner}${label}${written(value, text, container.offset, unit)}`).join(`,${eol}`);
  // A comment behind the bracket is about the whole.
  const [comment = ""] = /^[ \t]*(\/\/[^\r\n]*)?(?=\r?\n)/.exec(text.slice(container.offset + 1)) ?? [];
  const before = text.slice(0, container.offset + 1 + comment.length);
  const after = text.slice(before.length);
  const comma = container.children?.length ? "," : "";
  const rest = /^\r?\n/.test(after) ? after : `${eol}${comma === "" ? outer : inner}${after.trimStart()}`;
  return `${before}${eol}${added}${comma}${rest}`;
}

function written(value: unknown, text: string, offset: number, deeper = ""): string {
  const [eol, unit] = styleOf(text);
  return JSON.stringify(value, null, unit).replaceAll("\n", `${eol}${indentAt(text, offset)}${deeper}`);
}

function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** Ends and indents lines as the file does. */
function styleOf(text: string): [eol: string, indent: string] {
  return [text.includes("\r\n") ? "\r\n" : "\n", /^([ \t]+)["/]/m.exec(text)?.[1] ?? "  "];
}

/** A value for which VS Code asks a person. */
export interface Input {
  id: string;
  type: string;
  description: string;
  password?: boolean;
}

export function putInputs(text: string, added: readonly Input[]): string {
  const node = nodeAt(text, ["inputs"]);
  return node?.type === "array" ? insertFirst(text, node, ["", ...added]) : addProperty(text, ["inputs"], added);
}

export function removeInputs(text: string, ids: readonly string[]): string {
  const { inputs } = jsonFile.parse(text);
  const places = Array.isArray(inputs) ? inputs.flatMap(({ id }: Input, index) => (ids.includes(id) ? [index] : [])) : [];
  return places.reverse().reduce((edited, index) => removeAt(edited, ["inputs", index]), text);
}
