import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { accountNumberSchema, connectionId, cursor } from "../../src/providers/telnyx/fields.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { toAccountNumber } from "../../src/providers/telnyx/view.ts";

const ROWS = 50;

export default defineTool({
  name: "telnyx_list_phone_numbers",
  title: "List Telnyx numbers",
  description: "Pages through the account's numbers, those without a connection too, or one connection's.",
  provider: telnyx,
  effect: "read",
  input: z.strictObject({ connection_id: connectionId.optional(), cursor }),
  output: z.object({ phone_numbers: z.array(accountNumberSchema), next_cursor: z.string().nullable() }),
  run: async ({ connection_id, cursor: from }, { client, signal }) => {
    const { rows, next } = await client.reads.numbers({ from, limit: ROWS, signal }, connection_id);
    return { phone_numbers: rows.map(toAccountNumber), next_cursor: next ?? null };
  },
});
