import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { trunkId } from "../../src/providers/didww/fields.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { voiceOutTrunks } from "../../src/providers/didww/voice-in/kinds.ts";

export default defineTool({
  name: "didww_delete_voice_out_trunk",
  title: "Delete a DIDWW voice out trunk",
  description: "Deletes a trunk with its login and settings, after asking the person. It cannot be undone.",
  provider: didww,
  effect: "destroy",
  changesList: true,
  input: z.strictObject({ trunk_id: trunkId }),
  output: z.object({ removed: z.literal(true), trunk_id: z.string() }),
  kind: voiceOutTrunks,
  after: () => undefined,
  write: ({ client }) => client.deleteVoiceOutTrunk,
});
