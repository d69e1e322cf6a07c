import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutIp } from "../../src/providers/twilio/after.ts";
import { removed, rowId, trunkSid } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { namedIp } from "../../src/providers/twilio/named-rows.ts";

export default defineTool({
  name: "twilio_remove_ip",
  title: "Remove an IP on Twilio",
  description: "Stops an address from placing calls, after asking the person.",
  provider: twilio,
  effect: "destroy",
  input: z.strictObject({
    trunk_sid: trunkSid,
    ip: z.string().max(64).optional().describe("Address, or address/prefix"),
    whitelisted_ip_id: rowId,
  }),
  names: namedIp,
  output: z.object({ ...removed, whitelisted_ip_id: z.string() }),
  after: (trunk, input: { trunk_sid: string; whitelisted_ip_id: string }) => trunk && withoutIp(trunk, input),
  write: ({ client }) => client.removeIp,
});
