import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { trunkId } from "../../src/providers/livekit/fields.ts";
import { livekit } from "../../src/providers/livekit/index.ts";

export default defineTool({
  name: "livekit_delete_trunk",
  title: "Delete a LiveKit trunk",
  description:
    "Deletes an inbound or outbound trunk, after asking the person. Its dispatch rules stay and serve nobody; it cannot be undone.",
  provider: livekit,
  effect: "destroy",
  changesList: true,
  input: z.strictObject({ trunk_id: trunkId }),
  output: z.object({ removed: z.literal(true), trunk_id: z.string() }),
  after: () => undefined,
  write: ({ client }) => client.deleteTrunk,
});
