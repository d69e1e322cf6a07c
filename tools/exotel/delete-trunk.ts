import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { removed, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_delete_trunk",
  title: "Delete an Exotel trunk",
  description: "Deletes a trunk with all that is on it, after asking the person. It cannot be undone.",
  provider: exotel,
  effect: "destroy",
  changesList: true,
  input: z.strictObject({ trunk_sid: trunkSid }),
  output: z.object(removed),
  after: () => undefined,
  write: ({ client }) => client.deleteTrunk,
});
