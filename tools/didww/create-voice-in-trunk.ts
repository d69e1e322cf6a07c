import { defineTool } from "../../src/core/tool.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { newInTrunk, withDefaults } from "../../src/providers/didww/voice-in/after.ts";
import { newInTrunkSchema, writtenInTrunkSchema } from "../../src/providers/didww/voice-in/fields.ts";
import { checkNewInTrunk } from "../../src/providers/didww/voice-in/input-rules.ts";

export default defineTool({
  name: "didww_create_voice_in_trunk",
  title: "Create a DIDWW voice in trunk",
  description: "Creates a trunk that sends calls in to a SIP host. Numbers go there once didww_route_did routes them.",
  provider: didww,
  effect: "create",
  changesList: true,
  secretFields: ["auth_password"],
  input: newInTrunkSchema,
  output: writtenInTrunkSchema,
  check: (input, { sandbox }) => checkNewInTrunk(input, sandbox),
  prepare: withDefaults,
  after: (_, input) => newInTrunk(input),
  write: ({ client }) => client.createVoiceInTrunk,
});
