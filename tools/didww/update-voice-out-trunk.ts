import { defineTool } from "../../src/core/tool.ts";
import { changed } from "../../src/providers/didww/after.ts";
import { givenByIds, withDidIds } from "../../src/providers/didww/dids.ts";
import { trunkChangeSchema, writtenTrunkSchema } from "../../src/providers/didww/fields.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { checkTrunkChange } from "../../src/providers/didww/input-rules.ts";
import { voiceOutTrunks } from "../../src/providers/didww/voice-in/kinds.ts";

export default defineTool({
  name: "didww_update_voice_out_trunk",
  title: "Change a DIDWW voice out trunk",
  description:
    "Blocks (status: blocked), unblocks or changes a trunk; it takes the fields of didww_create_voice_out_trunk. A list replaces the old one, [] or none empties. It asks the person about wider access, more spending and unblocking.",
  provider: didww,
  effect: "change",
  changesList: true,
  input: trunkChangeSchema,
  output: writtenTrunkSchema,
  check: (input, { sandbox }) => checkTrunkChange(givenByIds(input), sandbox),
  resolve: withDidIds,
  kind: voiceOutTrunks,
  after: (trunk, { trunk_id: _, ...fields }) => trunk && changed(trunk, fields),
  write: ({ client }) => client.updateVoiceOutTrunk,
});
