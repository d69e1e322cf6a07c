import * as z from "zod";
import { madeTrunkSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { newTrunk } from "../../src/providers/vyom/after.ts";
import { vyom } from "../../src/providers/vyom/index.ts";
import { checkTrunkConfig, checkWebhook, trunkConfigSchema, trunkTypeSchema } from "../../src/providers/vyom/trunk-config.ts";

export default defineTool({
  name: "vyom_create_outbound_trunk",
  title: "Create an outbound trunk on Vyom",
  description:
    "Creates a trunk for LiveKit's outbound calls over Twilio or Exotel, and refuses a name that is taken. Nothing can be changed or read back later.",
  provider: vyom,
  effect: "create",
  changesList: true,
  secretFields: ["trunk_config.password"],
  input: z.strictObject({
    trunk_name: z.string().trim().min(1).max(100).describe("1 to 100 characters"),
    trunk_type: trunkTypeSchema.describe("Carrier"),
    trunk_config: trunkConfigSchema.describe("Only this type's fields"),
    passthrough_mode: z.boolean().optional().describe("Default false; true: a person talks, no AI"),
    passthrough_webhook_url: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional()
      .describe("Called when such a call ends"),
  }),
  output: z.object({ trunk: madeTrunkSchema }),
  check: ({ trunk_type, trunk_config, passthrough_mode, passthrough_webhook_url }, { sandbox }) => [
    ...checkTrunkConfig(trunk_type, trunk_config, sandbox),
    checkWebhook("passthrough_webhook_url", passthrough_webhook_url, passthrough_mode),
  ],
  final: true,
  refuses: ({ trunk_name }, { client, signal }) => client.refuseTakenName(trunk_name, signal),
  after: (_, input) => newTrunk(input),
  write: ({ client }) => client.createOutboundTrunk,
});
