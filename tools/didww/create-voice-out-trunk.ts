import { UNASKED_ADDRESSES } from "../../src/core/person-limits.ts";
import { defineTool } from "../../src/core/tool.ts";
import { newTrunk } from "../../src/providers/didww/after.ts";
import { givenByIds, withDidIds } from "../../src/providers/didww/dids.ts";
import { newTrunkSchema, writtenTrunkSchema } from "../../src/providers/didww/fields.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { checkNewTrunk } from "../../src/providers/didww/input-rules.ts";

export default defineTool({
  name: "didww_create_voice_out_trunk",
  title: "Create a DIDWW voice out trunk",
  description: `Creates a trunk for calls out, with its login; this call is a whole setup. It asks the person beyond ${UNASKED_ADDRESSES} addresses or a threshold_amount of 3000.`,
  provider: didww,
  effect: "create",
  changesList: true,
  input: newTrunkSchema,
  output: writtenTrunkSchema,
  check: (input, { sandbox }) => checkNewTrunk(givenByIds(input), sandbox),
  resolve: withDidIds,
  after: (_, input) => newTrunk(input),
  write: ({ client }) => client.createVoiceOutTrunk,
});
