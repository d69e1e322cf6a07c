import * as z from "zod";
import { quoteText } from "../../src/core/text.ts";
import { defineTool } from "../../src/core/tool.ts";
import { removingRow } from "../../src/providers/exotel/approval-sentences.ts";
import { removed, rowId, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_delete_credentials",
  title: "Delete a SIP login of an Exotel trunk",
  description: "Deletes a SIP login, after a person approved: its users can no longer place calls.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({ trunk_sid: trunkSid, credential_id: rowId("login") }),
  output: z.object({ ...removed, credential_id: z.string() }),
  consequence: ({ trunk_sid, credential_id }, context) =>
    removingRow(
      context,
      trunk_sid,
      (trunk) => {
        const row = trunk.credentials?.find((entry) => entry.credential_id === credential_id);
        return row && { what: `the login ${quoteText(row.user_name)}`, row };
      },
      "calls that use it are refused at once.",
    ),
  write: ({ client }) => client.deleteCredentials,
});
