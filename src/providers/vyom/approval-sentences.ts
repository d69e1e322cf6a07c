import type { StepRun } from "../../core/carrier/planner.ts";
import { sayFields } from "../../rules/say-fields.ts";

/** The planner's calls in words, before a person agrees to them. `fields`: what is set, or nothing. */
const stepSentences: Record<string, (trunk: string, fields: string) => string> = {
  vyom_create_outbound_trunk: (trunk, fields) => `Create ${trunk} on Vyom${fields}; nothing of it can be changed later.`,
  vyom_deactivate_trunk: (trunk) => `Deactivate ${trunk} on Vyom for good.`,
};

export function sayStepRun([{ tool, arguments: given }]: StepRun, trunk: string): string | undefined {
  const fields = sayFields(given, ["trunk_name", "trunk_id", "username", "password"]);
  return stepSentences[tool]?.(trunk, fields === "" ? "" : ` (${fields})`);
}
