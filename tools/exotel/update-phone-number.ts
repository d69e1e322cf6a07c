import * as z from "zod";
import { phoneNumberSchema } from "../../src/core/carrier/trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withMode } from "../../src/providers/exotel/after.ts";
import { mode, phoneNumber, rowId, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { checkPhoneNumber } from "../../src/rules/phone-number.ts";

export default defineTool({
  name: "exotel_update_phone_number",
  title: "Switch a number between PSTN and flow",
  description: "Switches a mapped number between pstn and flow, once the person agreed: its calls go elsewhere at once.",
  provider: exotel,
  effect: "change",
  input: z.strictObject({
    trunk_sid: trunkSid,
    phone_number_id: rowId("mapping"),
    phone_number: phoneNumber,
    mode,
  }),
  output: z.object({ phone_number: phoneNumberSchema }),
  check: ({ phone_number }) => [checkPhoneNumber("phone_number", phone_number)],
  after: (trunk, input) => trunk && withMode(trunk, input),
  write: ({ client }) => client.updatePhoneNumber,
});
