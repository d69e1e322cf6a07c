import * as z from "zod";
import { shownLoginSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { allRows } from "../../src/providers/exotel/api.ts";
import { trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_get_credentials",
  title: "List Exotel SIP logins",
  description: "Lists a trunk's SIP logins, and where the person sees each password.",
  provider: exotel,
  effect: "read",
  offersSecrets: true,
  input: z.strictObject({ trunk_sid: trunkSid }),
  output: z.object({ credentials: z.array(shownLoginSchema), total: z.number() }),
  run: async ({ trunk_sid }, { client, signal }) => {
    const credentials = await allRows((page) => client.listCredentials(trunk_sid, page), signal);
    const total = credentials.length;
    if (total > 0) return { credentials, total };
    return {
      credentials,
      total,
      warnings: ["This trunk has no SIP login: it knows callers by IP address. exotel_create_credentials makes one."],
    };
  },
});
