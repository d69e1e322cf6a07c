import { defineTool } from "../../src/core/tool.ts";
import { newInbound } from "../../src/providers/livekit/after.ts";
import { newInboundSchema } from "../../src/providers/livekit/fields.ts";
import { livekit } from "../../src/providers/livekit/index.ts";
import { checkNewInbound } from "../../src/providers/livekit/input-rules.ts";
import { keptLogin, withGenerated, withKeptLogin, writtenTrunkSchema } from "../../src/providers/livekit/logins.ts";

export default defineTool({
  name: "livekit_create_inbound_trunk",
  title: "Create a LiveKit inbound trunk",
  description:
    "Lets a carrier's calls in; livekit_create_dispatch_rule then leads them to an agent. Pass auth_username: a password is made. Numbers alone let in everybody, and ask the person.",
  provider: livekit,
  effect: "create",
  changesList: true,
  secretFields: ["auth_password"],
  input: newInboundSchema,
  output: writtenTrunkSchema,
  check: (input, { sandbox }) => checkNewInbound(input, sandbox),
  prepare: withGenerated,
  keeps: keptLogin,
  withKept: withKeptLogin,
  after: (_, input) => newInbound(input),
  write: ({ client }) => client.createInboundTrunk,
});
