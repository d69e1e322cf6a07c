import { isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { whereOf } from "../core/carrier/where.ts";
import { describeTrunks } from "../plans/connecting/export-trunks.ts";
import { toFile } from "../plans/planning/trunks-file.ts";
import { localScope } from "../startup/local.ts";
import { defineCommand } from "./command.ts";
import { readingOn } from "./progress.ts";

export default defineCommand({
  flags: {},
  notes: "trunkline plan finds nothing to change in what it prints.",
  examples: ["trunkline export > trunks.yaml"],
  async run(_, ports) {
    // Seen from the bundle, which lies in dist/chunks.
    const schema = within(ports.folder, fileURLToPath(new URL("../../trunks.schema.json", import.meta.url)));
    const scope = localScope(ports);
    const { tell, end } = readingOn(ports);
    const trunks = await describeTrunks(scope, new AbortController().signal, tell).finally(end);
    ports.stdout.write(await toFile(trunks, { schema }));
    // Not in the file: it may be applied elsewhere.
    ports.stderr.write(`${whereOf(scope).text}.\n`);
    return 0;
  },
});

/** The file goes into a repository, where a path of this machine leads nobody anywhere. */
function within(folder: string, file: string): string | undefined {
  const path = relative(folder, file);
  return path.startsWith("..") || isAbsolute(path) ? undefined : path.replaceAll(sep, "/");
}
