import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { withoutRule } from "../../src/providers/livekit/after.ts";
import { ruleId } from "../../src/providers/livekit/fields.ts";
import { livekit } from "../../src/providers/livekit/index.ts";
import { ruleDetail } from "../../src/providers/livekit/view.ts";

export default defineTool({
  name: "livekit_delete_dispatch_rule",
  title: "Delete a LiveKit dispatch rule",
  description: "Deletes a dispatch rule, after asking the person. The calls that it answered are refused, unless another rule takes them.",
  provider: livekit,
  effect: "destroy",
  input: z.strictObject({ dispatch_rule_id: ruleId }),
  output: z.object({ removed: z.literal(true), dispatch_rule_id: z.string() }),
  subject: {
    what: "dispatch rule",
    id: "dispatch_rule_id",
    find: async ({ dispatch_rule_id }, { client, signal }) => ruleDetail((await client.reads.rule(dispatch_rule_id, signal)).record),
  },
  after: () => undefined,
  elsewhere: withoutRule,
  write: ({ client }) => client.deleteDispatchRule,
});
