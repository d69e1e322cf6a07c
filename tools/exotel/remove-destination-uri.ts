import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutDestination } from "../../src/providers/exotel/after.ts";
import { removed, rowId, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_remove_destination_uri",
  title: "Remove a destination from an Exotel trunk",
  description: "Stops inbound calls from going to a destination, after a person approved.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({ trunk_sid: trunkSid, destination_uri_id: rowId("destination") }),
  output: z.object({ ...removed, destination_uri_id: z.string() }),
  after: (trunk, input) => trunk && withoutDestination(trunk, input),
  write: ({ client }) => client.removeDestinationUri,
});
