import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutIp } from "../../src/providers/twilio/after.ts";
import { removed, rowId, trunkSid } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { namedIp } from "../../src/providers/twilio/named-rows.ts";
import { staysOn } from "../../src/providers/twilio/shared-lists.ts";

interface Input {
  trunk_sid: string;
  ip?: string | undefined;
  whitelisted_ip_id: string;
  others?: string[] | undefined;
}

export default defineTool({
  name: "twilio_remove_ip",
  title: "Remove an IP on Twilio",
  description:
    "Stops an address from placing calls, after asking the person. A list that other trunks may use is taken off this trunk only; its other addresses stay, in a list of the trunk's own.",
  provider: twilio,
  effect: "destroy",
  input: z.strictObject({
    trunk_sid: trunkSid,
    ip: z.string().max(64).optional().describe("Address, address/prefix or list"),
    whitelisted_ip_id: rowId,
    others: z.array(z.string().max(400)).max(1_000).optional().meta({ unlisted: true }),
  }),
  names: namedIp,
  output: z.object({ ...removed, whitelisted_ip_id: z.string() }),
  after: (trunk, input: Input) => trunk && withoutIp(trunk, input),
  // A plan says them, since judging its steps asks no carrier; a single call looks.
  beside: ({ ip, others = [] }) =>
    others.length === 0 ? [] : [{ gravity: "changed", what: ip ?? "", detail: staysOn(others), asks: true }],
  exposure: ({ whitelisted_ip_id: id, ...input }: Input, { client, signal }) =>
    client.listExposure("IpAccessControlLists", { ...input, id }, signal),
  write: ({ client }) => client.removeIp,
});
