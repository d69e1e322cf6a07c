import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { newRule } from "../../src/providers/livekit/after.ts";
import { newRuleSchema } from "../../src/providers/livekit/fields.ts";
import { livekit } from "../../src/providers/livekit/index.ts";
import { checkNewRule } from "../../src/providers/livekit/input-rules.ts";
import { ruleRowSchema, takenCalls } from "../../src/providers/livekit/rule-row.ts";

export default defineTool({
  name: "livekit_create_dispatch_rule",
  title: "Create a LiveKit dispatch rule",
  description:
    "Leads the calls of inbound trunks to rooms, and sends agents there by name. It asks the person where other rules serve the trunk, or for all trunks.",
  provider: livekit,
  effect: "create",
  secretFields: ["pin"],
  input: newRuleSchema,
  output: z.object({ dispatch_rule: ruleRowSchema }),
  check: checkNewRule,
  subject: { what: "dispatch rule", find: async () => undefined },
  resolve: async (input, { client, signal }) => ({ ...input, trunk_ids: await client.inboundIds(input.trunk_ids, signal) }),
  exposure: (input, { client, signal }) => takenCalls(input, client.reads, signal),
  after: (_, input) => newRule(input),
  write: ({ client }) => client.createDispatchRule,
});
