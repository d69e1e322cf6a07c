import { TrunkError } from "../core/errors.ts";
import { type ShownResult, trunkPicture } from "../core/picture/trunk-picture.ts";
import { labelsOf } from "../core/picture/words.ts";
import { quoteText } from "../core/text.ts";
import { askTool } from "../mcp/ask-tool.ts";
import { localScope } from "../startup/local.ts";
import { defineCommand } from "./command.ts";
import { printPicture, titlesOf } from "./print-picture.ts";

export default defineCommand({
  word: { name: "trunk", help: "its name, its id or one of its numbers" },
  flags: {
    provider: { type: "string", takes: "ID", help: "the carrier, where two have a trunk of this name" },
    json: { type: "boolean", help: "print JSON, as it does anyway where the output is no terminal" },
  },
  examples: ["trunkline show front_desk", "trunkline show +918044319240"],
  async run({ word, flags }, ports) {
    const scope = localScope(ports);
    const { provider } = flags;
    const given = { trunk_id: word, ...(provider === undefined ? {} : { provider }) };
    const answer = await askTool("get_trunk", given, scope, new AbortController().signal);
    if (answer === undefined) throw new TrunkError("not_found", `There is no trunk ${quoteText(word)}. trunkline list shows all of them.`);
    const result = answer as unknown as ShownResult;
    const carrier = scope.carriers.find((one) => one.provider.id === result.trunk.provider);
    const words = await carrier?.provider.picture?.();
    const picture = trunkPicture(result, labelsOf(titlesOf(scope), words?.fields), words?.calls?.(result.trunk));
    printPicture(answer, picture, flags.json, ports);
    return 0;
  },
});
