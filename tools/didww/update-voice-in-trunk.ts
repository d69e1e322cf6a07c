import { defineTool } from "../../src/core/tool.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { changedIn } from "../../src/providers/didww/voice-in/after.ts";
import { inTrunkChangeSchema, writtenInTrunkSchema } from "../../src/providers/didww/voice-in/fields.ts";
import { checkInTrunkChange } from "../../src/providers/didww/voice-in/input-rules.ts";
import { voiceInTrunks } from "../../src/providers/didww/voice-in/kinds.ts";

export default defineTool({
  name: "didww_update_voice_in_trunk",
  title: "Change a DIDWW voice in trunk",
  description:
    "Changes a trunk for calls in; it takes the fields of didww_create_voice_in_trunk. It asks the person where numbers ring there now and would ring elsewhere.",
  provider: didww,
  effect: "change",
  changesList: true,
  secretFields: ["auth_password"],
  input: inTrunkChangeSchema,
  output: writtenInTrunkSchema,
  kind: voiceInTrunks,
  check: (input, { sandbox }) => checkInTrunkChange(input, sandbox),
  after: (trunk, { trunk_id: _, ...fields }) => trunk && changedIn(trunk, fields),
  write: ({ client }) => client.updateVoiceInTrunk,
});
