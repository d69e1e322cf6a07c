import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { removed, trunkSid } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";

export default defineTool({
  name: "twilio_delete_trunk",
  title: "Delete a Twilio trunk",
  description: "Deletes a trunk, after asking the person. Its numbers and lists stay in the account.",
  provider: twilio,
  effect: "destroy",
  changesList: true,
  input: z.strictObject({ trunk_sid: trunkSid }),
  output: z.object(removed),
  after: () => undefined,
  write: ({ client }) => client.deleteTrunk,
});
