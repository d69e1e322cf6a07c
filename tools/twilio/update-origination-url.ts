import * as z from "zod";
import { shownDestinationSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withChangedUrl } from "../../src/providers/twilio/after.ts";
import { rowId, trunkSid, type UrlChange, urlSettings } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { checkUrl } from "../../src/providers/twilio/input-rules.ts";
import { namedUrl } from "../../src/providers/twilio/named-rows.ts";

const { sip_url, priority, weight, enabled } = urlSettings;

export default defineTool({
  name: "twilio_update_origination_url",
  title: "Change a Twilio origination URL",
  description: "Changes where calls in go, or switches one URL on or off.",
  provider: twilio,
  effect: "change",
  input: z.strictObject({
    trunk_sid: trunkSid,
    destination: z.string().max(255).optional().describe("The URL, or its host"),
    destination_uri_id: rowId,
    sip_url: sip_url.optional().describe("New URL"),
    priority: priority.optional(),
    weight: weight.optional(),
    enabled: enabled.optional(),
  }),
  names: namedUrl,
  output: z.object({ destination_uri: shownDestinationSchema }),
  check: (input) => [checkUrl(input.sip_url)],
  after: (trunk, input: UrlChange) => trunk && withChangedUrl(trunk, input),
  write: ({ client }) => client.updateOriginationUrl,
});
