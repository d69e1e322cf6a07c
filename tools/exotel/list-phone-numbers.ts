import * as z from "zod";
import { shownNumberSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { cursor, limit, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_list_phone_numbers",
  title: "List Exotel numbers",
  description: "Pages through one trunk's numbers; get_trunk shows them too.",
  provider: exotel,
  effect: "read",
  input: z.strictObject({ trunk_sid: trunkSid, limit, cursor }),
  output: z.object({ phone_numbers: z.array(shownNumberSchema), next_cursor: z.string().nullable() }),
  run: async ({ trunk_sid, ...page }, { client, signal }) => {
    const { rows, next } = await client.listPhoneNumbers(trunk_sid, { limit: page.limit, from: page.cursor, signal });
    return { phone_numbers: rows, next_cursor: next ?? null };
  },
});
