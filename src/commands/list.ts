import { type ListedResult, trunksPicture } from "../core/picture/trunks-picture.ts";
import { labelsOf } from "../core/picture/words.ts";
import { askTool } from "../mcp/ask-tool.ts";
import { localScope } from "../startup/local.ts";
import { defineCommand } from "./command.ts";
import { printPicture, titlesOf } from "./print-picture.ts";

export default defineCommand({
  flags: {
    provider: { type: "string", takes: "ID", help: "the trunks of one carrier only" },
    details: { type: "boolean", help: "with who may call, where calls go, and what is wrong with them" },
    json: { type: "boolean", help: "print JSON, as it does anyway where the output is no terminal" },
  },
  examples: ["trunkline list", "trunkline list --details"],
  async run({ flags }, ports) {
    const scope = localScope(ports);
    const { provider, details } = flags;
    const given = { ...(provider === undefined ? {} : { provider }), ...(details ? { details } : {}) };
    const pages: ListedResult[] = [];
    const signal = new AbortController().signal;
    let cursor: string | null | undefined;
    do {
      const page = (await askTool("list_trunks", { ...given, ...(cursor ? { cursor } : {}) }, scope, signal)) as unknown as ListedResult;
      pages.push(page);
      cursor = page.next_cursor;
    } while (cursor);
    const [first, ...others] = pages;
    if (first === undefined) return 0;
    const warnings = [...new Set(pages.flatMap((page) => page.warnings ?? []))];
    const all = { ...first, next_cursor: null, warnings, trunks: [first, ...others].flatMap(({ trunks }) => trunks) };
    printPicture(all, trunksPicture(all, labelsOf(titlesOf(scope))), flags.json, ports);
    return 0;
  },
});
