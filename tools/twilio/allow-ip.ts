import * as z from "zod";
import { shownAddressSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withIp } from "../../src/providers/twilio/after.ts";
import { trunkSid } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { checkWhitelistIp } from "../../src/rules/address.ts";

export default defineTool({
  name: "twilio_allow_ip",
  title: "Allow an IP on Twilio",
  description:
    "Lets an IPv4 address or range place calls, in a list of the trunk's own. With IP list and logins on one trunk both must hold: the first address of a trunk with logins asks the person.",
  provider: twilio,
  effect: "create",
  input: z.strictObject({
    trunk_sid: trunkSid,
    ip: z.string().max(64).describe("Public IPv4 address"),
    cidr_prefix_length: z.int().min(1).max(32).default(32).describe("1 to 31 for a range"),
    friendly_name: z.string().min(1).max(255).optional().describe("Label"),
  }),
  output: z.object({ whitelisted_ip: shownAddressSchema }),
  check: ({ ip, cidr_prefix_length }, { sandbox }) => [checkWhitelistIp("ip", ip, "cidr_prefix_length", cidr_prefix_length, sandbox)],
  after: (trunk, input) => trunk && withIp(trunk, input),
  write: ({ client }) => client.allowIp,
});
