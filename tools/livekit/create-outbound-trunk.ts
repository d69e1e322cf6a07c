import { defineTool } from "../../src/core/tool.ts";
import { newOutbound } from "../../src/providers/livekit/after.ts";
import { newOutboundSchema } from "../../src/providers/livekit/fields.ts";
import { livekit } from "../../src/providers/livekit/index.ts";
import { checkNewOutbound } from "../../src/providers/livekit/input-rules.ts";
import { keptLogin, withKeptLogin, writtenTrunkSchema } from "../../src/providers/livekit/logins.ts";

export default defineTool({
  name: "livekit_create_outbound_trunk",
  title: "Create a LiveKit outbound trunk",
  description: "Lets agents call out over a carrier's gateway, with its login. Your app then dials with this trunk's id.",
  provider: livekit,
  effect: "create",
  changesList: true,
  secretFields: ["auth_password"],
  input: newOutboundSchema,
  output: writtenTrunkSchema,
  check: (input, { sandbox }) => checkNewOutbound(input, sandbox),
  keeps: keptLogin,
  withKept: withKeptLogin,
  after: (_, input) => newOutbound(input),
  write: ({ client }) => client.createOutboundTrunk,
});
