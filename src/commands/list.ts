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
    const trunks: ListedResult["trunks"] = [];
    const warnings = new Set<string>();
    let page: ListedResult;
    let cursor: string | undefined;
    do {
      const given = { provider, cursor, ...(details ? { details } : {}) };
      page = (await askTool("list_trunks", given, scope, new AbortController().signal)) as unknown as ListedResult;
      trunks.push(...page.trunks);
      for (const warning of page.warnings ?? []) warnings.add(warning);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    const all = { ...page, trunks, warnings: [...warnings] };
    printPicture(all, trunksPicture(all, labelsOf(titlesOf(scope))), flags.json, ports);
    return 0;
  },
});
