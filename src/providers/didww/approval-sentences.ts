import type { StepRun } from "../../core/carrier/planner.ts";
import { cleanText, counted } from "../../core/text.ts";
import { sayFields } from "../../rules/say-fields.ts";

/** The planner's calls in words, before a person agrees to them. `fields`: what is set, or nothing. */
const stepSentences: Record<string, (trunk: string, fields: string) => string> = {
  didww_create_voice_out_trunk: (trunk, fields) => `Create ${trunk} on DIDWW${fields}.`,
  didww_update_voice_out_trunk: (trunk, fields) => `Change ${trunk} on DIDWW${fields}.`,
  didww_delete_voice_out_trunk: (trunk) => `Delete ${trunk} on DIDWW; this cannot be undone.`,
  didww_create_voice_in_trunk: (trunk, fields) => `Create ${trunk} for calls in on DIDWW${fields}.`,
  didww_update_voice_in_trunk: (trunk, fields) => `Change ${trunk} for calls in on DIDWW${fields}.`,
  didww_delete_voice_in_trunk: (trunk) => `Delete ${trunk} for calls in on DIDWW; this cannot be undone.`,
};

export function sayStepRun(run: StepRun, trunk: string): string | undefined {
  const [{ tool, arguments: given }] = run;
  if (tool === "didww_route_did") return sayRoutes(run, trunk);
  const fields = sayFields(given, tool.includes("create") ? ["name"] : ["trunk_id"]);
  return stepSentences[tool]?.(trunk, fields === "" ? "" : `: ${fields}`);
}

const NAMED = 3;

function sayRoutes(run: StepRun, trunk: string): string {
  const numbers = run.map(({ arguments: given }) => cleanText(String(given["phone_number"]), 64));
  // A long list is said by its ends.
  const named = numbers.length > NAMED ? `${numbers[0]} to ${numbers.at(-1)}` : numbers.join(", ");
  const some = `${counted(run.length, "number")} (${named})`;
  return run[0].arguments["unroute"] === true
    ? `Take ${some} off ${trunk}: their calls fail from then on.`
    : `Send the calls of ${some} to ${trunk} at once.`;
}
