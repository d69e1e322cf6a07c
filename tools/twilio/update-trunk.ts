import * as z from "zod";
import { madeTrunkSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { changed } from "../../src/providers/twilio/after.ts";
import { trunkChangeSchema } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { checkDomainName, checkRecoveryUrl } from "../../src/providers/twilio/input-rules.ts";

export default defineTool({
  name: "twilio_update_trunk",
  title: "Change a Twilio trunk",
  description:
    "Changes a trunk's fields; an empty text clears one. It asks the person about another domain, transfers, recording and less security.",
  provider: twilio,
  effect: "change",
  changesList: true,
  input: trunkChangeSchema,
  output: z.object({ trunk: madeTrunkSchema }),
  check: ({ domain_name, disaster_recovery_url }) => [checkDomainName(domain_name), checkRecoveryUrl(disaster_recovery_url)],
  after: (trunk, input) => trunk && changed(trunk, input),
  write: ({ client }) => client.updateTrunk,
});
