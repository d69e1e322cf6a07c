import { isDeepStrictEqual } from "node:util";
import { TrunkError } from "../core/errors.ts";
import { type Content, type EntryPath, entryAt, type FileFormat, isContent, withEntry } from "./client-file.ts";
import { type Client, SERVER } from "./clients.ts";
import { type Input, putInputs, removeInputs } from "./json-file.ts";

/** A server as a client's file has it, with what the client asks a person for it. */
export interface Server {
  entry: Content;
  inputs: readonly Input[];
}

export interface Editor {
  serverIn(text: string): Server | undefined;
  /** The file's text with this server, or without one. All else in it stays. */
  edit(text: string, server: Server | undefined): string;
  /** The server alone, as a file of its own would hold it. */
  shown(server: Server): string;
}

const BYTE_ORDER_MARK = "\uFEFF";

/** Edits one client's file, and refuses an edit that would change anything else in it. */
export async function editorOf(client: Client, file: string): Promise<Editor> {
  const format = await client.format();
  const path: EntryPath = [client.list, SERVER];
  const parse = (text: string) => contentOf(text, format, file);
  const serverIn = (text: string) => serverOf(parse(withoutMark(text)), path);
  const edit = (text: string, server: Server | undefined) => {
    const before = withoutMark(text);
    if (!holdsServers(parse(before)[client.list])) throw unsafe(file);
    const put = (entry: Content) => format.put(before.trim() === "" ? "" : before, path, entry);
    const after = withInputs(server ? put(server.entry) : format.remove(before, path), server, serverOf(parse(before), path));
    if (!says(after, expected(parse(before), path, server), format)) throw unsafe(file);
    return `${text.slice(0, text.length - before.length)}${after}`;
  };
  return { serverIn, edit, shown: (server) => edit("", server) };
}

/** Anything else under the key of the list is not ours to replace. */
function holdsServers(list: unknown): boolean {
  return list === undefined || list === null || isContent(list);
}

function says(text: string, content: Content, format: FileFormat): boolean {
  try {
    return isDeepStrictEqual(format.parse(text), content);
  } catch {
    return false;
  }
}

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

function contentOf(text: string, format: FileFormat, file: string): Content {
  if (text.trim() === "") return {};
  try {
    return format.parse(text);
  } catch (error) {
    const where = error instanceof Error ? (/line \d+/.exec(error.message)?.[0] ?? "") : "";
    throw new TrunkError(
      "invalid_input",
      `${file} cannot be read${where === "" ? "" : ` (${where})`}. Nothing was changed. Mend it, then run this again.`,
    );
  }
}

function serverOf(content: Content, path: EntryPath): Server | undefined {
  const entry = entryAt(content, path);
  if (!entry) return undefined;
  const inputs = Array.isArray(content["inputs"]) ? (content["inputs"] as Input[]) : [];
  return { entry, inputs: inputs.filter(isOurs) };
}

function isOurs({ id }: Partial<Input>): boolean {
  return String(id).startsWith(`${SERVER}-`);
}

function withInputs(text: string, server: Server | undefined, before: Server | undefined): string {
  const [old, wanted] = [before?.inputs ?? [], server?.inputs ?? []];
  const gone = without(old, wanted).map(({ id }) => id);
  const added = without(wanted, old);
  const kept = gone.length > 0 ? removeInputs(text, gone) : text;
  return added.length > 0 ? putInputs(kept, added) : kept;
}

function expected(before: Content, path: EntryPath, server: Server | undefined): Content {
  const content = withEntry(before, path, server?.entry);
  const wanted = server?.inputs ?? [];
  const asked = Array.isArray(content["inputs"]) ? (content["inputs"] as Input[]) : [];
  const kept = asked.filter((input) => !isOurs(input) || wanted.some(({ id }) => id === input.id));
  const inputs = [...without(wanted, kept), ...kept];
  return inputs.length === 0 && !Array.isArray(content["inputs"]) ? content : { ...content, inputs };
}

function without(inputs: readonly Input[], others: readonly Input[]): Input[] {
  return inputs.filter(({ id }) => !others.some((other) => other.id === id));
}

function unsafe(file: string): TrunkError {
  return new TrunkError(
    "unsupported",
    `${file} is written in a way that cannot be edited safely. Nothing was changed. Run this with --print, and add it by hand.`,
  );
}
