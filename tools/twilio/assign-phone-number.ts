import * as z from "zod";
import { shownNumberSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withNumber } from "../../src/providers/twilio/after.ts";
import { phoneNumber, trunkSid } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { checkPhoneNumber } from "../../src/rules/phone-number.ts";

export default defineTool({
  name: "twilio_assign_phone_number",
  title: "Assign a number on Twilio",
  description:
    "Routes the calls of one of the account's numbers to a trunk. It asks the person where the number has another trunk, application or web address.",
  provider: twilio,
  effect: "change",
  input: z.strictObject({ trunk_sid: trunkSid, phone_number: phoneNumber, loses: z.string().max(600).optional().meta({ unlisted: true }) }),
  output: z.object({ phone_number: shownNumberSchema }),
  check: ({ phone_number }) => [checkPhoneNumber("phone_number", phone_number)],
  // A plan says it, as a person was shown; the call is not sent where it is another by then.
  resolve: async (input, { client, signal }) => (input.loses === undefined ? { ...input, ...(await client.lossOf(input, signal)) } : input),
  after: (trunk, input) => trunk && withNumber(trunk, input),
  beside: ({ phone_number, loses }) =>
    loses ? [{ gravity: "opened", what: phone_number, detail: `Number ${phone_number}: ${loses}.`, asks: true }] : [],
  write: ({ client }) => client.assignPhoneNumber,
});
