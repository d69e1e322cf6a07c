import { type Document, isMap, parseDocument } from "yaml";
import { type FileFormat, isContent } from "./client-file.ts";

/** YAML. The library keeps comments, order and blank lines. */
export const yamlFile: FileFormat = {
  parse(text) {
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error) throw new Error(`line ${error.linePos?.[0].line ?? 1}`);
    const content: unknown = document.toJS() ?? {};
    if (!isContent(content)) throw new Error("line 1");
    return content;
  },
  put(text, path, entry) {
    const document = parseDocument(text);
    // A key without a value holds nothing that an entry could be added to.
    if (!isMap(document.get(path[0]))) document.set(path[0], document.createNode({}));
    document.setIn(path, document.createNode(entry));
    return print(document, text);
  },
  remove(text, path) {
    const document = parseDocument(text);
    document.deleteIn(path);
    return print(document, text);
  },
};

function print(document: Document, before: string): string {
  const text = document.toString({ lineWidth: 0 });
  return before.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text;
}
