import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { trunkId } from "../../src/providers/didww/fields.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { shownDidSchema } from "../../src/providers/didww/voice-in/fields.ts";
import { listedDids } from "../../src/providers/didww/voice-in/list-dids.ts";

export default defineTool({
  name: "didww_list_dids",
  title: "List DIDWW numbers",
  description: "Lists the account's numbers, and where each one's calls go.",
  provider: didww,
  effect: "read",
  input: z.strictObject({
    phone_number: z.string().max(64).optional().describe("One number"),
    trunk_id: trunkId.optional(),
    blocked: z.boolean().optional().describe("Does not ring"),
    routed: z.boolean().optional().describe("false: go nowhere"),
    limit: z.int().min(1).max(100).default(50).describe("Rows"),
    cursor: z.string().max(64).optional().describe("next_cursor"),
  }),
  output: z.object({ dids: z.array(shownDidSchema), next_cursor: z.string().nullable() }),
  run: async (input, { client, signal }) => await listedDids(input, client, signal),
});
