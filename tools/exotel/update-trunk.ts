import * as z from "zod";
import { trunkSchema } from "../../src/core/carrier/trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { checkTrunkName } from "../../src/providers/exotel/input-rules.ts";

export default defineTool({
  name: "exotel_update_trunk",
  title: "Rename an Exotel trunk",
  description: "Renames a trunk.",
  provider: exotel,
  effect: "change",
  changesList: true,
  input: z.strictObject({
    trunk_sid: trunkSid,
    trunk_name: z.string().max(64).describe("1 to 16 letters, digits, underscores"),
  }),
  output: z.object({ trunk: trunkSchema }),
  check: ({ trunk_name }) => [checkTrunkName("trunk_name", trunk_name)],
  after: (trunk, { trunk_name }) => trunk && { ...trunk, trunk_name },
  write: ({ client }) => client.updateTrunk,
});
