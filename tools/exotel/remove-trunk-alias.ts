import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { removingRow } from "../../src/providers/exotel/approval-sentences.ts";
import { removed, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_remove_trunk_alias",
  title: "Remove the caller id of an Exotel trunk",
  description:
    "Removes a trunk's alias, after a person approved; calls show the mapped number again. Exotel documents this operation thinly.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({ trunk_sid: trunkSid }),
  output: z.object(removed),
  consequence: ({ trunk_sid }, context) =>
    removingRow(
      context,
      trunk_sid,
      ({ alias }) => (alias ? { what: `the alias ${alias}`, row: alias } : undefined),
      "outbound calls show the mapped number again.",
    ),
  write: ({ client }) => client.removeAlias,
});
