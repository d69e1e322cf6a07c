import * as z from "zod";

/** Told after each step: how many are done, of how many, and what was done last. */
export type Progress = (done: number, total: number, message: string) => void;

/** How far a plan is: what apply_plan and get_plan answer. */
export const planProgressSchema = z.object({
  plan_id: z.string(),
  state: z.enum(["planned", "running", "done", "failed", "cancelled", "void"]),
  total: z.number(),
  done: z.number(),
  not_done: z.number(),
  failed: z
    .object({ n: z.number().optional(), error: z.looseObject({ code: z.string(), message: z.string(), hint: z.string().optional() }) })
    .optional(),
  trunks: z.array(z.object({ provider: z.string(), trunk_id: z.string(), trunk_name: z.string() })).optional(),
  credentials: z.array(z.looseObject({ user_name: z.string() })).optional(),
  steps: z.array(z.object({ n: z.number(), trunk: z.string(), tool: z.string(), status: z.string(), snapshot_id: z.string().optional() })),
  steps_left_out: z.number().optional(),
  finish_plan_id: z.string().optional().describe("A plan of what is left to do"),
  undo_plan_id: z.string().optional().describe("A plan that removes what this one created"),
  next: z.array(z.string()).optional(),
});
