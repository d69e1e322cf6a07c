/** The rule that a value breaks, without zod's words for what came: the caller says that in its own, or may not repeat it. */
export function brokenRule(message: string): string {
  const rule = message.replace(/^Invalid (?:input|option): /, "").replace(/, received \w+$/, "");
  return rule === "Invalid input" ? "not in a form that is taken" : rule;
}
