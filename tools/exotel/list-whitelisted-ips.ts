import * as z from "zod";
import { shownAddressSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { cursor, limit, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_list_whitelisted_ips",
  title: "List Exotel whitelisted IPs",
  description: "Pages through who may call over one trunk; get_trunk shows them too.",
  provider: exotel,
  effect: "read",
  input: z.strictObject({ trunk_sid: trunkSid, limit, cursor }),
  output: z.object({ whitelisted_ips: z.array(shownAddressSchema), next_cursor: z.string().nullable() }),
  run: async ({ trunk_sid, ...page }, { client, signal }) => {
    const { rows, next } = await client.listWhitelistedIps(trunk_sid, { limit: page.limit, from: page.cursor, signal });
    return { whitelisted_ips: rows, next_cursor: next ?? null };
  },
});
