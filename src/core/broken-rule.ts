/** The rule that a value breaks, in a person's words, without those for what came: the caller says that, or may not repeat it. */
export function brokenRule(message: string): string {
  const rule = message.replace(/^Invalid (?:input|option): /, "").replace(/, received \w+$/, "");
  if (rule === "Invalid input") return "not in a form that is taken";
  if (/^expected one of /.test(rule)) return rule.replace(/"?\|"?/g, ", ").replace(/"/g, "");
  return sizeRule(rule) ?? spelled[rule] ?? rule;
}

/** Zod's own words, and ours for them. */
const spelled: Record<string, string> = {
  "expected nonoptional": "expected a value",
  "expected int": "expected a whole number",
};

/** A bound, with its unit where it has one: a number's own has none. */
function sizeRule(rule: string): string | undefined {
  const [, sign, bound, unit] = /^Too (?:big|small): expected \w+ (?:to (?:have|be) )?([<>]=?)(-?[\d.]+)(?: (\w+))?$/.exec(rule) ?? [];
  if (sign === undefined) return undefined;
  const least = { ">=": "at least", "<=": "at most", ">": "more than", "<": "less than" }[sign];
  return `expected ${least} ${bound}${unit === undefined ? "" : ` ${bound === "1" ? unit.replace(/s$/, "") : unit}`}`;
}
