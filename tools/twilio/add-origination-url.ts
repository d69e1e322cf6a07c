import * as z from "zod";
import { shownDestinationSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withUrl } from "../../src/providers/twilio/after.ts";
import { trunkSid, urlSettings } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { checkUrl } from "../../src/providers/twilio/input-rules.ts";

const { sip_url, priority, weight, enabled, friendly_name } = urlSettings;

export default defineTool({
  name: "twilio_add_origination_url",
  title: "Add a Twilio origination URL",
  description: "Says where calls in go. A second one asks the person: calls may go to either.",
  provider: twilio,
  effect: "create",
  input: z.strictObject({
    trunk_sid: trunkSid,
    sip_url,
    priority: priority.default(10),
    weight: weight.default(10),
    enabled: enabled.default(true),
    friendly_name: friendly_name.min(1).optional(),
  }),
  output: z.object({ destination_uri: shownDestinationSchema }),
  check: (input) => [checkUrl(input.sip_url)],
  after: (trunk, input) => trunk && withUrl(trunk, input),
  write: ({ client }) => client.addOriginationUrl,
});
