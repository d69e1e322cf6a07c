import type { StepRun } from "../../core/carrier/planner.ts";
import { sayFields } from "../../rules/say-fields.ts";

/** The planner's calls in words, before a person agrees to them. `fields`: what is set, or nothing. */
const stepSentences: Record<string, (trunk: string, fields: string) => string> = {
  didww_create_voice_out_trunk: (trunk, fields) => `Create ${trunk} on DIDWW${fields}.`,
  didww_update_voice_out_trunk: (trunk, fields) => `Change ${trunk} on DIDWW${fields}.`,
  didww_delete_voice_out_trunk: (trunk) => `Delete ${trunk} on DIDWW; this cannot be undone.`,
};

export function sayStepRun([{ tool, arguments: given }]: StepRun, trunk: string): string | undefined {
  const fields = sayFields(given, tool.includes("create") ? ["name"] : ["trunk_id"]);
  return stepSentences[tool]?.(trunk, fields === "" ? "" : `: ${fields}`);
}
