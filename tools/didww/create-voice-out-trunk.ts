import { UNASKED_MASK } from "../../src/core/person-limits.ts";
import { defineTool } from "../../src/core/tool.ts";
import { newTrunk } from "../../src/providers/didww/after.ts";
import { newTrunkSchema, writtenTrunkSchema } from "../../src/providers/didww/fields.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { checkNewTrunk } from "../../src/providers/didww/input-rules.ts";

export default defineTool({
  name: "didww_create_voice_out_trunk",
  title: "Create a DIDWW voice out trunk",
  description: `Creates a trunk for outbound calls, with a generated login. A person approves ranges over /${UNASKED_MASK} and thresholds over 3000.`,
  provider: didww,
  effect: "create",
  changesList: true,
  input: newTrunkSchema,
  output: writtenTrunkSchema,
  check: (input, { sandbox }) => checkNewTrunk(input, sandbox),
  after: (_, input) => newTrunk(input),
  write: ({ client }) => client.createVoiceOutTrunk,
});
