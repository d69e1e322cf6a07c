import * as z from "zod";
import { trunkSchema } from "../../src/core/carrier/trunk.ts";
import { listTrunks } from "../../src/core/carrier/trunk-listing.ts";
import { defineTool } from "../../src/core/tool.ts";

export default defineTool({
  name: "list_trunks",
  title: "List SIP trunks",
  description: "Lists the trunks of every configured carrier. Not needed where you have a trunk's name or number: every tool takes those.",
  toolset: "trunks",
  effect: "read",
  input: z.strictObject({
    provider: z.string().max(32).optional().describe("Only this carrier"),
    trunk_name: z.string().max(128).optional().describe("Only names that contain this"),
    status: z.string().max(32).optional().describe("Only this status, such as active"),
    limit: z.int().min(1).max(100).default(50).describe("Rows a page"),
    cursor: z.string().max(500).optional().describe("next_cursor of the page before"),
  }),
  output: z.object({ trunks: z.array(trunkSchema), next_cursor: z.string().optional() }),
  run: async ({ limit, cursor, ...filter }, { carriers, signal }) => ({
    ...(await listTrunks(carriers, filter, { limit, cursor }, signal)),
  }),
});
