import { defineTool } from "../../src/core/tool.ts";
import { changedOutbound } from "../../src/providers/livekit/after.ts";
import { outboundChangeSchema } from "../../src/providers/livekit/fields.ts";
import { livekit } from "../../src/providers/livekit/index.ts";
import { checkOutboundChange } from "../../src/providers/livekit/input-rules.ts";
import { keptLogin, withKeptLogin, writtenTrunkSchema } from "../../src/providers/livekit/logins.ts";

export default defineTool({
  name: "livekit_update_outbound_trunk",
  title: "Change a LiveKit outbound trunk",
  description:
    "Changes a trunk; it takes the fields of livekit_create_outbound_trunk. A list replaces the old one; auth_username none removes the login. It asks the person about another gateway or login.",
  provider: livekit,
  effect: "change",
  changesList: true,
  secretFields: ["auth_password"],
  input: outboundChangeSchema,
  output: writtenTrunkSchema,
  check: (input, { sandbox }) => checkOutboundChange(input, sandbox),
  keeps: keptLogin,
  withKept: withKeptLogin,
  after: (trunk, input) => trunk && changedOutbound(trunk, input),
  write: ({ client }) => client.updateOutboundTrunk,
});
