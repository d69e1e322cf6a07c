import * as z from "zod";
import { shownNumberSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withMode } from "../../src/providers/exotel/after.ts";
import { mode, numbersTrunk, type OnRow, rowId, saidNumber } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { namedNumber } from "../../src/rules/named-rows.ts";

export default defineTool({
  name: "exotel_update_phone_number",
  title: "Switch a number between PSTN and flow",
  description: "Switches a mapped number between pstn and flow, after asking the person: its calls go elsewhere at once.",
  provider: exotel,
  effect: "change",
  input: z.strictObject({
    phone_number: saidNumber,
    mode,
    trunk_sid: numbersTrunk,
    phone_number_id: rowId,
  }),
  names: namedNumber,
  output: z.object({ phone_number: shownNumberSchema }),
  after: (trunk, input: OnRow<"phone_number_id" | "phone_number"> & { mode: z.infer<typeof mode> }) => trunk && withMode(trunk, input),
  write: ({ client }) => client.updatePhoneNumber,
});
