import * as z from "zod";
import { questionSchema, stepSchema } from "../../src/core/carrier/planner.ts";
import { setupFields, setupSchema } from "../../src/core/carrier/setup.ts";
import { defineTool } from "../../src/core/tool.ts";
import { providers } from "../../src/providers/index.ts";

export default defineTool({
  name: "plan_trunk",
  title: "Plan a trunk's whole setup",
  description:
    "Lists the steps from what is there to a wanted setup; nothing changes. Show them to the person, then call apply_plan. To answer questions call again.",
  toolset: "plans",
  effect: "read",
  input: setupSchema.extend(setupFields(providers)),
  output: z.object({
    plan_id: z.string().optional().describe("For apply_plan; absent where nothing is to be done or questions are open"),
    questions: z.array(questionSchema).optional().describe("Only the person knows the answers"),
    summary: z.array(z.string()).optional(),
    steps: z.array(stepSchema.omit({ provider: true, about: true })).optional(),
    steps_left_out: z.number().optional().describe("Steps after those that are listed; the summary counts them"),
    approval_needed: z.boolean().optional(),
    unchanged: z.array(z.object({ trunk: z.string(), kind: z.string(), count: z.number(), values: z.array(z.string()) })).optional(),
    next: z.array(z.string()).optional().describe("Steps for the person, which no call can do"),
  }),
  run: (input, { plans }) => plans.make(input),
});
