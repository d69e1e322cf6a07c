import * as z from "zod";
import { madeTrunkSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { newTrunk } from "../../src/providers/twilio/after.ts";
import { newTrunkSchema } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { checkDomainName, checkRecoveryUrl } from "../../src/providers/twilio/input-rules.ts";

export default defineTool({
  name: "twilio_create_trunk",
  title: "Create a Twilio trunk",
  description: "Creates an empty trunk. Calls out need domain_name, which no other Twilio account may have.",
  provider: twilio,
  effect: "create",
  changesList: true,
  input: newTrunkSchema,
  output: z.object({ trunk: madeTrunkSchema }),
  check: ({ domain_name, disaster_recovery_url }) => [checkDomainName(domain_name), checkRecoveryUrl(disaster_recovery_url)],
  after: (_, input) => newTrunk(input),
  write: ({ client }) => client.createTrunk,
});
