import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { changedProfile } from "../../src/providers/telnyx/after.ts";
import { profileChangeSchema, shownProfileSchema } from "../../src/providers/telnyx/fields.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { checkProfileChange } from "../../src/providers/telnyx/input-rules.ts";
import { PROFILE, profileAsTrunk, toProfile } from "../../src/providers/telnyx/view.ts";

export default defineTool({
  name: "telnyx_update_outbound_voice_profile",
  title: "Change a Telnyx outbound voice profile",
  description: "Changes a profile for all connections that use it. It asks the person about more spending, calls or countries.",
  provider: telnyx,
  effect: "change",
  input: profileChangeSchema,
  output: z.object({ outbound_voice_profile: shownProfileSchema }),
  check: checkProfileChange,
  resolve: async (input, { client, signal }) => {
    const { outbound_voice_profile_id } = await client.findProfile(input.outbound_voice_profile_id, signal);
    return { ...input, outbound_voice_profile_id };
  },
  subject: {
    what: PROFILE,
    find: async (input, { client, signal }) =>
      profileAsTrunk(toProfile(await client.reads.profile(input.outbound_voice_profile_id, signal))),
  },
  after: (profile, { outbound_voice_profile_id: _, ...fields }) => profile && changedProfile(profile, fields),
  write: ({ client }) => client.updateProfile,
});
