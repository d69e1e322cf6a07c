import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { phoneNumber, trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { checkPhoneNumber } from "../../src/rules/phone-number.ts";

export default defineTool({
  name: "exotel_set_trunk_alias",
  title: "Set an Exotel caller id",
  description: "Sets the number that calls out show instead of the mapped one.",
  provider: exotel,
  effect: "change",
  input: z.strictObject({ trunk_sid: trunkSid, alias: phoneNumber }),
  output: z.object({ alias: z.string() }),
  check: ({ alias }) => [checkPhoneNumber("alias", alias)],
  after: (trunk, { alias }) => trunk && { ...trunk, alias },
  write: ({ client }) => client.setAlias,
});
