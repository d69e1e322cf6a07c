import * as z from "zod";
import { phoneNumberSchema } from "../../src/core/carrier/trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { modeExposure, widening } from "../../src/providers/exotel/approval-sentences.ts";
import { mode, phoneNumber, rowId, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { checkPhoneNumber } from "../../src/rules/phone-number.ts";

export default defineTool({
  name: "exotel_update_phone_number",
  title: "Switch a number between PSTN and flow",
  description: "Switches a mapped number between pstn and flow. Live calls are routed otherwise at once, so a person approves.",
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
  exposure: ({ trunk_sid, phone_number_id, mode: wanted }, context) =>
    widening(context, trunk_sid, (trunk) => modeExposure(trunk, phone_number_id, wanted)),
  write: ({ client }) => client.updatePhoneNumber,
});
