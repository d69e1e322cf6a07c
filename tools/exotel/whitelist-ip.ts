import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { whitelistedIpSchema } from "../../src/core/trunk.ts";
import { widening } from "../../src/providers/exotel/consequences.ts";
import { mask, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { checkWhitelistIp } from "../../src/rules/address.ts";

/** Sixteen addresses; what is broader lets in more hosts than one site has. */
const WIDEST_WITHOUT_A_PERSON = 28;

export default defineTool({
  name: "exotel_whitelist_ip",
  title: "Whitelist an IP on an Exotel trunk",
  description:
    "Lets an IPv4 address place calls over a trunk; outbound needs a static one. A range broader than /28 needs a person's approval.",
  provider: exotel,
  effect: "create",
  input: z.strictObject({ trunk_sid: trunkSid, ip: z.string().max(64).describe("Public IPv4 address"), mask }),
  output: z.object({ whitelisted_ip: whitelistedIpSchema }),
  check: ({ ip, mask: bits }, { sandbox }) => [checkWhitelistIp("ip", ip, "mask", bits, sandbox)],
  exposure: async ({ trunk_sid, ip, mask: bits }, context) => {
    if (bits >= WIDEST_WITHOUT_A_PERSON) return undefined;
    return await widening(context, trunk_sid, () => `Let all ${2 ** (32 - bits)} addresses of ${ip}/${bits} place calls at your cost.`);
  },
  write: ({ client }) => client.whitelistIp,
});
