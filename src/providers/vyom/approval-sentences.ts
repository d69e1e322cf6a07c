import type { StepRun } from "../../core/carrier/planner.ts";

/** The planner's calls in words, before a person agrees to them. */
const stepSentences: Record<string, (trunk: string) => string> = {
  vyom_create_outbound_trunk: (trunk) => `Create ${trunk} on Vyom; nothing of it can be changed later.`,
  vyom_deactivate_trunk: (trunk) => `Deactivate ${trunk} on Vyom for good.`,
};

export function sayStepRun([{ tool }]: StepRun, trunk: string): string | undefined {
  return stepSentences[tool]?.(trunk);
}
