import * as z from "zod";
import { questionSchema, stepSchema } from "../../src/core/carrier/planner.ts";
import { setupFields, setupSchema } from "../../src/core/carrier/setup.ts";
import { defineTool } from "../../src/core/tool.ts";
import { providers } from "../../src/providers/index.ts";

export default defineTool({
  name: "plan_trunk",
  title: "Plan a setup or several changes",
  description:
    "Plans a setup or changes that take several calls (move, replace); nothing changes yet, and unnamed entries stay. Leave out what you do not know: it answers with questions; never invent a number, address or name. Apply what the person asked for: apply_plan asks them by itself where they must agree; show a plan first only if it does more.",
  toolset: "plans",
  effect: "read",
  pictured: true,
  input: setupSchema.extend(setupFields(providers)).partial(),
  output: z.object({
    plan_id: z.string().optional().describe("For apply_plan; absent where nothing is to be done or questions are open"),
    questions: z.array(questionSchema).optional().describe("Only the person knows the answers"),
    summary: z.array(z.string()).optional(),
    steps: z.array(stepSchema.omit({ provider: true, about: true, chain: true, doubt: true })).optional(),
    steps_left_out: z.number().optional().describe("Steps after those that are listed; the summary counts them"),
    approval_needed: z.boolean().optional(),
    unchanged: z.array(z.object({ trunk: z.string(), kind: z.string(), count: z.number(), values: z.array(z.string()) })).optional(),
    next: z.array(z.string()).optional().describe("What to do now, and what only the person can"),
  }),
  run: (input, { plans }) => plans.make(input),
});
