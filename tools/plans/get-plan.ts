import * as z from "zod";
import { planProgressSchema } from "../../src/core/plan-progress.ts";
import { defineTool } from "../../src/core/tool.ts";

export default defineTool({
  name: "get_plan",
  title: "Show how far a plan is",
  description: "Shows a plan's state and steps. Of one that ended half-way it names the plans that would finish or undo it.",
  toolset: "plans",
  effect: "read",
  pictured: true,
  input: z.strictObject({
    plan_id: z.string().max(64).describe("Of a plan"),
    from: z.int().min(1).optional().describe("List steps from this number"),
    kind: z.string().max(48).optional().describe("Only this tool or status"),
  }),
  output: planProgressSchema,
  run: ({ plan_id, from, kind }, { plans }) => plans.status(plan_id, { from, kind }),
});
