import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { connectionId, removed } from "../../src/providers/telnyx/fields.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";

export default defineTool({
  name: "telnyx_delete_connection",
  title: "Delete a Telnyx connection",
  description: "Takes off a connection's numbers and addresses and deletes it, after asking the person. The numbers stay in the account.",
  provider: telnyx,
  effect: "destroy",
  changesList: true,
  input: z.strictObject({ connection_id: connectionId }),
  output: z.object(removed),
  after: () => undefined,
  write: ({ client }) => client.deleteConnection,
});
