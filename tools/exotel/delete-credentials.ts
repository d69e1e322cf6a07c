import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutLogin } from "../../src/providers/exotel/after.ts";
import { type OnRow, removed, rowId, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { namedLogin } from "../../src/providers/exotel/named-rows.ts";

export default defineTool({
  name: "exotel_delete_credentials",
  title: "Delete an Exotel SIP login",
  description: "Deletes a SIP login, after asking the person: its users can no longer place calls.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({
    trunk_sid: trunkSid,
    user_name: z.string().max(64).optional().describe("User name"),
    credential_id: rowId,
  }),
  names: namedLogin,
  output: z.object({ ...removed, credential_id: z.string() }),
  after: (trunk, input: OnRow<"credential_id">) => trunk && withoutLogin(trunk, input),
  write: ({ client }) => client.deleteCredentials,
});
