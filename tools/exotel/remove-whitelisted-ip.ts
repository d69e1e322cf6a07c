import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutIp } from "../../src/providers/exotel/after.ts";
import { type OnRow, removed, rowId, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { namedIp } from "../../src/providers/exotel/named-rows.ts";

export default defineTool({
  name: "exotel_remove_whitelisted_ip",
  title: "Remove an IP on Exotel",
  description: "Stops an address from placing calls, after asking the person.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({
    trunk_sid: trunkSid,
    ip: z.string().max(64).optional().describe("Address, or address/mask"),
    mask: z.int().min(1).max(32).optional().describe("Its mask"),
    whitelisted_ip_id: rowId,
  }),
  names: namedIp,
  output: z.object({ ...removed, whitelisted_ip_id: z.string() }),
  after: (trunk, input: OnRow<"whitelisted_ip_id">) => trunk && withoutIp(trunk, input),
  write: ({ client }) => client.removeWhitelistedIp,
});
