import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { removingRow } from "../../src/providers/exotel/approval-sentences.ts";
import { removed, rowId, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_remove_whitelisted_ip",
  title: "Remove a whitelisted IP from an Exotel trunk",
  description:
    "Stops an address from placing calls, after a person approved. Exotel documents this operation thinly; check the result with exotel_list_whitelisted_ips.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({ trunk_sid: trunkSid, whitelisted_ip_id: rowId("entry") }),
  output: z.object({ ...removed, whitelisted_ip_id: z.string() }),
  consequence: ({ trunk_sid, whitelisted_ip_id }, context) =>
    removingRow(
      context,
      trunk_sid,
      (trunk) => {
        const row = trunk.whitelisted_ips?.find((entry) => entry.whitelisted_ip_id === whitelisted_ip_id);
        return row && { what: `the whitelisted IP ${row.ip}/${row.mask}`, row };
      },
      "calls placed from there are refused at once.",
    ),
  write: ({ client }) => client.removeWhitelistedIp,
});
