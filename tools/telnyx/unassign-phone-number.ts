import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutNumber } from "../../src/providers/telnyx/after.ts";
import { connectionId, removed, rowId } from "../../src/providers/telnyx/fields.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { namedNumber } from "../../src/rules/named-rows.ts";

export default defineTool({
  name: "telnyx_unassign_phone_number",
  title: "Take a Telnyx number off",
  description: "Takes a number off its connection, after asking the person. It stays in the account.",
  provider: telnyx,
  effect: "destroy",
  input: z.strictObject({
    phone_number: z.string().max(32).optional().describe("In any spelling"),
    connection_id: connectionId.optional(),
    phone_number_id: rowId,
  }),
  names: namedNumber,
  output: z.object({ ...removed, phone_number_id: z.string() }),
  after: (trunk, input: { connection_id: string; phone_number_id: string }) => trunk && withoutNumber(trunk, input),
  write: ({ client }) => client.unassignPhoneNumber,
});
