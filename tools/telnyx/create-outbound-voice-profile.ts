import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { newProfile } from "../../src/providers/telnyx/after.ts";
import { DEFAULT_CONCURRENT_CALLS, DEFAULT_DAILY_SPEND } from "../../src/providers/telnyx/body.ts";
import { newProfileSchema, shownProfileSchema } from "../../src/providers/telnyx/fields.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { checkDestinations } from "../../src/providers/telnyx/input-rules.ts";
import { PROFILE } from "../../src/providers/telnyx/view.ts";

export default defineTool({
  name: "telnyx_create_outbound_voice_profile",
  title: "Create a Telnyx outbound voice profile",
  description: `Creates a profile for calls out; plan_trunk makes it with its connection, from options countries and daily_limit. It has ${DEFAULT_DAILY_SPEND} US dollars a day and ${DEFAULT_CONCURRENT_CALLS} calls at once unless told otherwise, and asks the person beyond that, and for countries other than US and CA.`,
  provider: telnyx,
  effect: "create",
  input: newProfileSchema,
  output: z.object({ outbound_voice_profile: shownProfileSchema }),
  check: checkDestinations,
  subject: { what: PROFILE, find: async () => undefined },
  after: (_, input) => newProfile(input),
  write: ({ client }) => client.createProfile,
});
