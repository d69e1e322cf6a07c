import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { trunkId } from "../../src/providers/didww/fields.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { voiceInTrunks } from "../../src/providers/didww/voice-in/kinds.ts";

export default defineTool({
  name: "didww_delete_voice_in_trunk",
  title: "Delete a DIDWW voice in trunk",
  description: "Deletes a trunk for calls in, after asking the person: its numbers ring nowhere then. It cannot be undone.",
  provider: didww,
  effect: "destroy",
  changesList: true,
  input: z.strictObject({ trunk_id: trunkId }),
  output: z.object({ removed: z.literal(true), trunk_id: z.string() }),
  kind: voiceInTrunks,
  after: () => undefined,
  write: ({ client }) => client.deleteVoiceInTrunk,
});
