import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { phoneNumber } from "../../src/providers/exotel/fields.ts";
import { findByNumber } from "../../src/providers/exotel/find-by-number.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { checkPhoneNumber, readingsOf } from "../../src/rules/phone-number.ts";

export default defineTool({
  name: "exotel_find_trunk_by_number",
  title: "Find a number's Exotel trunk",
  description: "Tells which trunk a number is mapped to, and in which mode.",
  provider: exotel,
  effect: "read",
  input: z.strictObject({ phone_number: phoneNumber }),
  output: z.object({
    trunks: z.array(
      z.object({
        trunk_id: z.string(),
        trunk_name: z.string().optional(),
        phone_number: z.string(),
        phone_number_id: z.string().optional(),
        mode: z.string().optional(),
      }),
    ),
  }),
  check: ({ phone_number }) => (readingsOf(phone_number).length > 0 ? [] : [checkPhoneNumber("phone_number", phone_number)]),
  run: async ({ phone_number }, { client, signal }) => await findByNumber(client, phone_number, signal),
});
