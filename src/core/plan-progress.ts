import * as z from "zod";
import { shownTrunkSchema } from "./carrier/shown-trunk.ts";

/** Told after each step: how many are done, of how many, and what was done last. */
export type Progress = (done: number, total: number, message: string) => void;

const failedStepSchema = z.object({
  n: z.number().optional(),
  provider: z.string().optional(),
  what: z.string().optional().describe("Its call in words"),
  error: z.looseObject({ code: z.string(), message: z.string(), hint: z.string().optional() }),
  would_fail_again: z.boolean().optional().describe("True: finish_plan_id meets the same refusal until somebody acts on it"),
});

const stepRowSchema = z.object({
  n: z.number(),
  trunk: z.string(),
  tool: z.string(),
  status: z.string(),
  what: z.string().optional(),
  snapshot_id: z.string().optional(),
});

/** How far a plan is: what apply_plan and get_plan answer. */
export const planProgressSchema = z.object({
  plan_id: z.string(),
  state: z.enum(["planned", "running", "done", "partial", "failed", "cancelled", "void"]),
  total: z.number(),
  done: z.number(),
  not_done: z.number(),
  failed: failedStepSchema.optional(),
  also_failed: z.array(failedStepSchema).optional(),
  retry_after_seconds: z.number().optional().describe("The carrier takes nothing before"),
  retry_at: z.string().optional(),
  trunks: z.array(shownTrunkSchema).optional().describe("Once it ended: as get_trunk shows them"),
  credentials: z.array(z.looseObject({ user_name: z.string() })).optional(),
  steps: z.array(stepRowSchema),
  steps_left_out: z.number().optional(),
  finish_plan_id: z.string().optional().describe("A plan of what is left to do"),
  undo_plan_id: z.string().optional().describe("A plan that removes what this one created"),
  next: z.array(z.string()).optional(),
});

export type PlanProgress = z.infer<typeof planProgressSchema>;

/** The steps that an answer lists: from a number on, of one tool or one status. */
export interface WantedSteps {
  from?: number | undefined;
  kind?: string | undefined;
}
