import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutLogin } from "../../src/providers/twilio/after.ts";
import { removed, rowId, trunkSid } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { namedLogin } from "../../src/providers/twilio/named-rows.ts";

export default defineTool({
  name: "twilio_delete_credential",
  title: "Delete a Twilio SIP login",
  description: "Deletes a login, after asking the person.",
  provider: twilio,
  effect: "destroy",
  input: z.strictObject({
    trunk_sid: trunkSid,
    username: z.string().max(64).optional().describe("Its user name"),
    credential_id: rowId,
  }),
  names: namedLogin,
  output: z.object({ ...removed, credential_id: z.string() }),
  after: (trunk, input: { trunk_sid: string; credential_id: string }) => trunk && withoutLogin(trunk, input),
  exposure: ({ trunk_sid, credential_id: id }: { trunk_sid: string; credential_id: string }, { client, signal }) =>
    client.listExposure("CredentialLists", { trunk_sid, id }, signal),
  write: ({ client }) => client.deleteCredential,
});
