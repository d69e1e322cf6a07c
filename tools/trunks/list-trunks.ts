import * as z from "zod";
import { allConditions } from "../../src/core/carrier/audit.ts";
import { listedTrunkSchema } from "../../src/core/carrier/listed-trunk.ts";
import { listTrunks, missingSchema } from "../../src/core/carrier/trunk-listing.ts";
import { defineTool } from "../../src/core/tool.ts";

export default defineTool({
  name: "list_trunks",
  title: "List SIP trunks",
  description: "Lists the trunks of every carrier; details or where audits them in one call. Not needed where you have a name or number.",
  toolset: "trunks",
  effect: "read",
  pictured: true,
  input: z.strictObject({
    provider: z.string().max(32).optional().describe("Only this carrier"),
    trunk_name: z.string().max(128).optional().describe("A part of it"),
    status: z.string().max(32).optional().describe("Such as active"),
    details: z.boolean().optional().describe("Who may call, routes, limits"),
    where: z.enum(allConditions).optional().describe("Only such trunks"),
    limit: z.int().min(1).max(100).default(50).describe("Rows a page"),
    cursor: z.string().max(500).optional().describe("next_cursor"),
  }),
  output: z.object({
    trunks: z.array(listedTrunkSchema),
    next_cursor: z.string().nullable(),
    complete: z.boolean(),
    carriers: z.record(z.string(), z.number().nullable()).optional(),
    missing: z.array(missingSchema).optional(),
  }),
  run: async (query, { carriers, signal, progress }) => ({ ...(await listTrunks(carriers, query, signal, progress)) }),
});
