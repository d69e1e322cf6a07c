import { defineTool } from "../../src/core/tool.ts";
import { changedInbound } from "../../src/providers/livekit/after.ts";
import { inboundChangeSchema } from "../../src/providers/livekit/fields.ts";
import { livekit } from "../../src/providers/livekit/index.ts";
import { checkInboundChange } from "../../src/providers/livekit/input-rules.ts";
import { keptLogin, withGenerated, withKeptLogin, writtenTrunkSchema } from "../../src/providers/livekit/logins.ts";

export default defineTool({
  name: "livekit_update_inbound_trunk",
  title: "Change a LiveKit inbound trunk",
  description:
    "Changes a trunk; it takes the fields of livekit_create_inbound_trunk. A list replaces the old one; auth_username none removes the login. It asks the person about wider access, other numbers and another login.",
  provider: livekit,
  effect: "change",
  changesList: true,
  secretFields: ["auth_password"],
  input: inboundChangeSchema,
  output: writtenTrunkSchema,
  check: (input, { sandbox }) => checkInboundChange(input, sandbox),
  prepare: withGenerated,
  keeps: keptLogin,
  withKept: withKeptLogin,
  after: (trunk, input) => trunk && changedInbound(trunk, input),
  write: ({ client }) => client.updateInboundTrunk,
});
