import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutAlias } from "../../src/providers/exotel/after.ts";
import { removed, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_remove_trunk_alias",
  title: "Remove the caller id of an Exotel trunk",
  description: "Removes a trunk's alias, after asking the person: calls show the mapped number again.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({ trunk_sid: trunkSid }),
  output: z.object(removed),
  after: (trunk) => trunk && withoutAlias(trunk),
  write: ({ client }) => client.removeAlias,
});
