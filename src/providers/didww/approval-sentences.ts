import type { StepRun } from "../../core/carrier/planner.ts";

/** The planner's calls in words, before a person agrees to them. */
const stepSentences: Record<string, (trunk: string) => string> = {
  didww_create_voice_out_trunk: (trunk) => `Create ${trunk} on DIDWW.`,
  didww_update_voice_out_trunk: (trunk) => `Change ${trunk} on DIDWW.`,
  didww_delete_voice_out_trunk: (trunk) => `Delete ${trunk} on DIDWW; this cannot be undone.`,
};

export function sayStepRun([{ tool }]: StepRun, trunk: string): string | undefined {
  return stepSentences[tool]?.(trunk);
}
