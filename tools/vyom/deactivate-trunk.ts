import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { vyom } from "../../src/providers/vyom/index.ts";

export default defineTool({
  name: "vyom_deactivate_trunk",
  title: "Deactivate a trunk on Vyom",
  description: "Switches a trunk off for good, after asking the person. At Twilio and LiveKit nothing is removed.",
  provider: vyom,
  effect: "destroy",
  changesList: true,
  input: z.strictObject({ trunk_id: z.string().min(1).max(128).describe("Name or number too") }),
  output: z.object({ removed: z.literal(true), trunk_id: z.string() }),
  after: () => undefined,
  write: ({ client }) => client.deactivateTrunk,
});
