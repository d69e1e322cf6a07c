import * as z from "zod";
import { quoteText } from "../../src/core/text.ts";
import { defineTool } from "../../src/core/tool.ts";
import { removingRow } from "../../src/providers/exotel/approval-sentences.ts";
import { removed, rowId, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_remove_destination_uri",
  title: "Remove a destination from an Exotel trunk",
  description:
    "Stops inbound calls from going to a destination, after a person approved. Exotel documents this operation thinly; check the result with exotel_list_destination_uris.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({ trunk_sid: trunkSid, destination_uri_id: rowId("destination") }),
  output: z.object({ ...removed, destination_uri_id: z.string() }),
  consequence: ({ trunk_sid, destination_uri_id }, context) =>
    removingRow(
      context,
      trunk_sid,
      (trunk) => {
        const row = trunk.destination_uris?.find((entry) => entry.destination_uri_id === destination_uri_id);
        return row && { what: `the destination ${quoteText(row.destination, 120)}`, row };
      },
      "inbound calls no longer go there.",
    ),
  write: ({ client }) => client.removeDestinationUri,
});
