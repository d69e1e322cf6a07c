import * as z from "zod";
import { planProgressSchema } from "../../src/core/plan-progress.ts";
import { defineTool } from "../../src/core/tool.ts";

export default defineTool({
  name: "apply_plan",
  title: "Apply a plan",
  description:
    "Does a plan's steps, each once; it asks the person by itself, at most once. While it says running, get_plan tells the rest.",
  toolset: "plans",
  effect: "change",
  input: z.strictObject({
    plan_id: z.string().max(64).describe("Of a plan"),
    cancel: z.boolean().optional().describe("Stops before the next step"),
  }),
  output: planProgressSchema,
  applies: ({ plan_id, cancel }) => ({ planId: plan_id, cancel: cancel === true }),
});
