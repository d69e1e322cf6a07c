import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutAddress } from "../../src/providers/telnyx/after.ts";
import { connectionId, removed, rowId } from "../../src/providers/telnyx/fields.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { namedAddress } from "../../src/providers/telnyx/named-rows.ts";

export default defineTool({
  name: "telnyx_remove_address",
  title: "Remove a Telnyx address",
  description: "Removes an IP address or host name, after asking the person: no calls from it, nor to it.",
  provider: telnyx,
  effect: "destroy",
  input: z.strictObject({
    connection_id: connectionId,
    address: z.string().max(253).optional().describe("IP address or host name"),
    port: z.int().min(1).max(65_535).optional().describe("Its port"),
    address_id: rowId,
  }),
  names: namedAddress,
  output: z.object({ ...removed, address_id: z.string() }),
  after: (trunk, input: { connection_id: string; address_id: string }) => trunk && withoutAddress(trunk, input),
  write: ({ client }) => client.removeAddress,
});
