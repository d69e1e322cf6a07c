import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutIp } from "../../src/providers/exotel/after.ts";
import { removed, rowId, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_remove_whitelisted_ip",
  title: "Remove a whitelisted IP from an Exotel trunk",
  description: "Stops an address from placing calls, after a person approved.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({ trunk_sid: trunkSid, whitelisted_ip_id: rowId("entry") }),
  output: z.object({ ...removed, whitelisted_ip_id: z.string() }),
  after: (trunk, input) => trunk && withoutIp(trunk, input),
  write: ({ client }) => client.removeWhitelistedIp,
});
