import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutDestination } from "../../src/providers/exotel/after.ts";
import { type OnRow, removed, rowId, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { namedDestination } from "../../src/providers/exotel/named-rows.ts";

export default defineTool({
  name: "exotel_remove_destination_uri",
  title: "Remove an Exotel destination",
  description: "Stops inbound calls from going to a destination, after asking the person.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({
    trunk_sid: trunkSid,
    destination: z.string().max(300).optional().describe("Host or host:port"),
    destination_uri_id: rowId,
  }),
  names: namedDestination,
  output: z.object({ ...removed, destination_uri_id: z.string() }),
  after: (trunk, input: OnRow<"destination_uri_id">) => trunk && withoutDestination(trunk, input),
  write: ({ client }) => client.removeDestinationUri,
});
