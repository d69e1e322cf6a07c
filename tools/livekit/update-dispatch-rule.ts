import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { changedRule } from "../../src/providers/livekit/after.ts";
import { ruleChangeSchema } from "../../src/providers/livekit/fields.ts";
import { livekit } from "../../src/providers/livekit/index.ts";
import { checkRuleChange } from "../../src/providers/livekit/input-rules.ts";
import { ruleRowSchema } from "../../src/providers/livekit/rule-row.ts";
import { ruleDetail } from "../../src/providers/livekit/view.ts";

export default defineTool({
  name: "livekit_update_dispatch_rule",
  title: "Change a LiveKit dispatch rule",
  description:
    "Changes a rule; it takes the fields of livekit_create_dispatch_rule, and a list replaces the old one. It asks the person about other rooms, agents, trunks or PINs.",
  provider: livekit,
  effect: "change",
  secretFields: ["pin"],
  input: ruleChangeSchema,
  output: z.object({ dispatch_rule: ruleRowSchema }),
  check: checkRuleChange,
  subject: {
    what: "dispatch rule",
    find: async ({ dispatch_rule_id }, { client, signal }) => ruleDetail((await client.reads.rule(dispatch_rule_id, signal)).record),
  },
  resolve: async ({ trunk_ids, ...input }, { client, signal }) => ({
    ...input,
    ...(trunk_ids ? { trunk_ids: await client.inboundIds(trunk_ids, signal) } : {}),
  }),
  after: (rule, input) => rule && changedRule(rule, input),
  write: ({ client }) => client.updateDispatchRule,
});
