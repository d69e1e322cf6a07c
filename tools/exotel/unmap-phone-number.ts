import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutNumber } from "../../src/providers/exotel/after.ts";
import { removed, rowId, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";

export default defineTool({
  name: "exotel_unmap_phone_number",
  title: "Unmap a phone number from an Exotel trunk",
  description: "Takes a number off a trunk, after a person approved.",
  provider: exotel,
  effect: "destroy",
  input: z.strictObject({ trunk_sid: trunkSid, phone_number_id: rowId("mapping") }),
  output: z.object({ ...removed, phone_number_id: z.string() }),
  after: (trunk, input) => trunk && withoutNumber(trunk, input),
  write: ({ client }) => client.unmapPhoneNumber,
});
