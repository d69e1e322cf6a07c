import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutUrl } from "../../src/providers/twilio/after.ts";
import { removed, rowId, trunkSid } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { namedUrl } from "../../src/providers/twilio/named-rows.ts";

export default defineTool({
  name: "twilio_remove_origination_url",
  title: "Remove a Twilio origination URL",
  description: "Removes a place where calls in go, after asking the person.",
  provider: twilio,
  effect: "destroy",
  input: z.strictObject({
    trunk_sid: trunkSid,
    destination: z.string().max(255).optional().describe("The URL, or its host"),
    destination_uri_id: rowId,
  }),
  names: namedUrl,
  output: z.object({ ...removed, destination_uri_id: z.string() }),
  after: (trunk, input: { trunk_sid: string; destination_uri_id: string }) => trunk && withoutUrl(trunk, input),
  write: ({ client }) => client.removeOriginationUrl,
});
