import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { cursor, shownProfileSchema } from "../../src/providers/telnyx/fields.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { toProfile } from "../../src/providers/telnyx/view.ts";

const ROWS = 50;

export default defineTool({
  name: "telnyx_list_outbound_voice_profiles",
  title: "List Telnyx profiles",
  description: "Pages through the profiles that say where connections may call, and for how much; null is no limit.",
  provider: telnyx,
  effect: "read",
  input: z.strictObject({ cursor }),
  output: z.object({ outbound_voice_profiles: z.array(shownProfileSchema), next_cursor: z.string().nullable() }),
  run: async ({ cursor: from }, { client, signal }) => {
    const { rows, next } = await client.reads.profiles({ from, limit: ROWS, signal });
    return { outbound_voice_profiles: rows.map(toProfile), next_cursor: next ?? null };
  },
});
