import type { Question, TrunkPlan } from "../core/carrier/planner.ts";
import type { InputFinding } from "../core/input-finding.ts";

export function refuse(field: string, message: string, hint?: string): InputFinding {
  return { level: "refuse", field, message, ...(hint === undefined ? {} : { hint }) };
}

export function warning(field: string, message: string): InputFinding {
  return { level: "warn", field, message };
}

/** A broken rule as something to ask: a plan proposes, it does not correct in silence. */
export function toQuestion({ field, message, hint }: InputFinding): Question {
  const said = message.replace(/ Nothing was sent\.$/, "");
  return { field, question: hint === undefined ? said : `${said} ${hint}` };
}

/** Adds what a rule found to a plan: refusals are asked about, warnings are said. */
export function note(plan: TrunkPlan, findings: readonly (InputFinding | undefined)[]): void {
  for (const finding of findings) {
    if (finding?.level === "refuse") plan.questions.push(toQuestion(finding));
    if (finding?.level === "warn") plan.warnings.push(finding.message);
  }
}
