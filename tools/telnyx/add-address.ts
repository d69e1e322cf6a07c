import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withAddress } from "../../src/providers/telnyx/after.ts";
import { addressSchema, connectionId } from "../../src/providers/telnyx/fields.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { checkAddress } from "../../src/providers/telnyx/input-rules.ts";

export default defineTool({
  name: "telnyx_add_address",
  title: "Add a Telnyx address",
  description:
    "Adds an IP address to an IP connection, which may call from it and gets calls there, or a host name to an FQDN connection. A second one asks the person.",
  provider: telnyx,
  effect: "create",
  input: z.strictObject({
    connection_id: connectionId,
    ip_address: z.string().max(49).optional().describe("One public address"),
    fqdn: z.string().max(253).toLowerCase().optional().describe("Host name"),
    port: z.int().min(1).max(65_535).optional().describe("Default 5060"),
    dns_record_type: z.enum(["a", "srv"]).optional().describe("srv: without port"),
  }),
  output: z.object({ address: addressSchema }),
  check: (input, { sandbox }) => checkAddress(input, sandbox),
  after: (trunk, input) => trunk && withAddress(trunk, input),
  write: ({ client }) => client.addAddress,
});
