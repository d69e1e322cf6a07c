import * as z from "zod";
import { shownNumberSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withNumber } from "../../src/providers/telnyx/after.ts";
import { connectionId, phoneNumber } from "../../src/providers/telnyx/fields.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { checkPhoneNumber } from "../../src/rules/phone-number.ts";

export default defineTool({
  name: "telnyx_assign_phone_number",
  title: "Assign a Telnyx number",
  description: "Points one of the account's free numbers at a connection; plan_trunk moves one from another.",
  provider: telnyx,
  effect: "change",
  input: z.strictObject({ connection_id: connectionId, phone_number: phoneNumber }),
  output: z.object({ phone_number: shownNumberSchema }),
  check: ({ phone_number }) => [checkPhoneNumber("phone_number", phone_number)],
  after: (trunk, input) => trunk && withNumber(trunk, input),
  write: ({ client }) => client.assignPhoneNumber,
});
