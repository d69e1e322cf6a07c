import * as z from "zod";
import { getTrunk } from "../../src/core/carrier/find-trunk.ts";
import { shownTrunkSchema, showTrunk } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";

export default defineTool({
  name: "get_trunk",
  title: "Get one SIP trunk",
  description: "Shows all of one trunk, read live: numbers, addresses, destinations, alias, login names.",
  toolset: "trunks",
  effect: "read",
  pictured: true,
  input: z.strictObject({
    provider: z.string().max(32).optional().describe("Its carrier"),
    trunk_id: z.string().min(1).max(128).describe("Name or number too"),
  }),
  output: z.object({ trunk: shownTrunkSchema }),
  run: async ({ provider, trunk_id }, { carriers, signal }) => {
    const { trunk, warnings } = await getTrunk(carriers, trunk_id, provider, signal);
    return { trunk: showTrunk(trunk), warnings };
  },
});
