import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutNumber } from "../../src/providers/exotel/after.ts";
import { numbersTrunk, type OnRow, removed, rowId, saidNumber } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { namedNumber } from "../../src/rules/named-rows.ts";

export default defineTool({
  name: "exotel_unmap_phone_number",
  title: "Unmap a number on Exotel",
  description: "Takes a number off its trunk, after asking the person; plan_trunk moves it to another one.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({ phone_number: saidNumber, trunk_sid: numbersTrunk, phone_number_id: rowId }),
  names: namedNumber,
  output: z.object({ ...removed, phone_number_id: z.string() }),
  after: (trunk, input: OnRow<"phone_number_id">) => trunk && withoutNumber(trunk, input),
  write: ({ client }) => client.unmapPhoneNumber,
});
