import * as z from "zod";
import { shownAddressSchema } from "../../src/core/carrier/shown-trunk.ts";
import { UNASKED_ADDRESSES } from "../../src/core/person-limits.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withIp } from "../../src/providers/exotel/after.ts";
import { mask, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { checkWhitelistIp } from "../../src/rules/address.ts";

export default defineTool({
  name: "exotel_whitelist_ip",
  title: "Whitelist an IP on Exotel",
  description: `Lets a static IPv4 address or range place calls over a trunk. It asks the person beyond ${UNASKED_ADDRESSES} addresses on the trunk.`,
  provider: exotel,
  effect: "create",
  input: z.strictObject({ trunk_sid: trunkSid, ip: z.string().max(64).describe("Public IPv4 address"), mask }),
  output: z.object({ whitelisted_ip: shownAddressSchema }),
  check: ({ ip, mask: bits }, { sandbox }) => [checkWhitelistIp("ip", ip, "mask", bits, sandbox)],
  after: (trunk, input) => trunk && withIp(trunk, input),
  write: ({ client }) => client.whitelistIp,
});
