import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withDestinations, withoutRefused } from "../../src/providers/exotel/after.ts";
import { destinationResultSchema, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { checkDestination } from "../../src/rules/destination.ts";

export default defineTool({
  name: "exotel_add_destination_uris",
  title: "Add Exotel destinations",
  description:
    "Says where inbound calls go. Whitelist an IP address on the trunk first; a host name needs nothing. A second destination asks the person: calls may go to either.",
  provider: exotel,
  effect: "create",
  input: z.strictObject({
    trunk_sid: trunkSid,
    destinations: z
      .array(z.strictObject({ destination: z.string().max(300).describe("host:port;transport=tls or tcp") }))
      .min(1)
      .max(20)
      .describe("Servers"),
  }),
  output: z.object({ destination_uris: z.array(destinationResultSchema) }),
  check: ({ destinations }, { sandbox }) =>
    destinations.map(({ destination }, index) => checkDestination(`destinations.${index}.destination`, destination, sandbox)),
  after: (trunk, input) => trunk && withDestinations(trunk, input),
  answered: (trunk, result) => withoutRefused(trunk, result),
  write: ({ client }) => client.addDestinationUris,
});
