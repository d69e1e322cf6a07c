import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { trunkId } from "../../src/providers/livekit/fields.ts";
import { livekit } from "../../src/providers/livekit/index.ts";
import { ruleRowSchema } from "../../src/providers/livekit/rule-row.ts";
import { toRuleRow } from "../../src/providers/livekit/view.ts";

export default defineTool({
  name: "livekit_list_dispatch_rules",
  title: "List LiveKit dispatch rules",
  description: "Lists the rules that lead inbound calls to rooms and agents: all, or those that serve a trunk.",
  provider: livekit,
  effect: "read",
  input: z.strictObject({ trunk_id: trunkId.optional() }),
  output: z.object({ dispatch_rules: z.array(ruleRowSchema) }),
  async run({ trunk_id }, { client, signal }) {
    const rules = await client.reads.rules(trunk_id === undefined ? {} : { trunkIds: [trunk_id] }, signal);
    return { dispatch_rules: rules.map(({ record }) => toRuleRow(record)) };
  },
});
