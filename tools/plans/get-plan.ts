import * as z from "zod";
import { planProgressSchema } from "../../src/core/plan-progress.ts";
import { defineTool } from "../../src/core/tool.ts";

export default defineTool({
  name: "get_plan",
  title: "Show how far a plan is",
  description: "Shows a plan's state and steps. Of one that failed half-way it names the plans that would finish or undo it.",
  toolset: "plans",
  effect: "read",
  input: z.strictObject({ plan_id: z.string().max(64).describe("From plan_trunk") }),
  output: planProgressSchema,
  run: ({ plan_id }, { plans }) => plans.status(plan_id),
});
