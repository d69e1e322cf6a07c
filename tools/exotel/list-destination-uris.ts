import * as z from "zod";
import { shownDestinationSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { cursor, limit, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_list_destination_uris",
  title: "List Exotel destinations",
  description: "Pages through where one trunk's inbound calls go; get_trunk shows them too.",
  provider: exotel,
  effect: "read",
  input: z.strictObject({ trunk_sid: trunkSid, limit, cursor }),
  output: z.object({ destination_uris: z.array(shownDestinationSchema), next_cursor: z.string().nullable() }),
  run: async ({ trunk_sid, ...page }, { client, signal }) => {
    const { rows, next } = await client.listDestinationUris(trunk_sid, { limit: page.limit, from: page.cursor, signal });
    return { destination_uris: rows, next_cursor: next ?? null };
  },
});
