import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutAlias } from "../../src/providers/exotel/after.ts";
import { removed, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_remove_trunk_alias",
  title: "Remove an Exotel caller id",
  description: "Removes a trunk's alias, after asking the person: calls show the mapped number.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({ trunk_sid: trunkSid, alias: z.string().max(32).optional().describe("Only if it is this") }),
  output: z.object(removed),
  after: (trunk, { alias }) => trunk && withoutAlias(trunk, alias),
  write: ({ client }) => client.removeAlias,
});
