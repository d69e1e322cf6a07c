import * as z from "zod";
import { shownNumberSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withNumber } from "../../src/providers/exotel/after.ts";
import { mode, phoneNumber, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { checkPhoneNumber } from "../../src/rules/phone-number.ts";

export default defineTool({
  name: "exotel_map_phone_number",
  title: "Map a number on Exotel",
  description: "Puts one of the account's numbers on a trunk, for calls out (caller id) and in.",
  provider: exotel,
  effect: "create",
  input: z.strictObject({ trunk_sid: trunkSid, phone_number: phoneNumber, mode: mode.optional() }),
  output: z.object({ phone_number: shownNumberSchema }),
  check: ({ phone_number }) => [checkPhoneNumber("phone_number", phone_number)],
  after: (trunk, input) => trunk && withNumber(trunk, input),
  write: ({ client }) => client.mapPhoneNumber,
});
