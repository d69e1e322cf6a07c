import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutNumber } from "../../src/providers/twilio/after.ts";
import { removed, rowId, trunkSid } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { namedNumber } from "../../src/rules/named-rows.ts";

export default defineTool({
  name: "twilio_unassign_phone_number",
  title: "Take a number off a Twilio trunk",
  description: "Takes a number off its trunk, after asking the person. It stays in the account.",
  provider: twilio,
  effect: "destroy",
  input: z.strictObject({
    phone_number: z.string().max(32).optional().describe("In any spelling"),
    trunk_sid: trunkSid.optional(),
    phone_number_id: rowId,
  }),
  names: namedNumber,
  output: z.object({ ...removed, phone_number_id: z.string() }),
  after: (trunk, input: { trunk_sid: string; phone_number_id: string }) => trunk && withoutNumber(trunk, input),
  write: ({ client }) => client.unassignPhoneNumber,
});
