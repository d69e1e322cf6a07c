import { localScope } from "../startup/local.ts";
import { defineCommand } from "./command.ts";
import { runExportCommand } from "./plan.ts";

export default defineCommand({
  flags: {},
  async run(_, ports) {
    // From the bundle, which lies in dist/chunks.
    const schema = new URL("../../trunks.schema.json", import.meta.url);
    await runExportCommand({ scope: localScope(ports), print: (text) => void ports.stdout.write(text) }, schema.pathname);
    return 0;
  },
});
