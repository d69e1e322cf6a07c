import type { InputFinding } from "../core/input-finding.ts";
import { quoteText } from "../core/text.ts";
import { refuse } from "./findings.ts";

/** Letters, digits and underscore: carriers take no other for names and, by one service's own answer, for passwords. */
export function checkWord(field: string, value: string, maxLength: number, what: string): InputFinding | undefined {
  if (/^[A-Za-z0-9_]+$/.test(value) && value.length <= maxLength) return undefined;
  const said = `is not a valid ${what}: 1 to ${maxLength} letters, digits and underscores`;
  const proposal = proposeWord(value, maxLength);
  return refuse(field, `${quoteText(value)} ${said}. Nothing was sent.`, proposal ? `Did you mean ${proposal}?` : undefined);
}

function proposeWord(value: string, maxLength: number): string {
  return value
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9_\s.-]/g, "")
    .trim()
    .replace(/[\s.-]+/g, "_")
    .slice(0, maxLength)
    .replace(/^_+|_+$/g, "");
}

/** As `checkWord`, for a value that must not be repeated. */
export function checkSecretWord(field: string, value: string, maxLength: number): InputFinding | undefined {
  if (/^[A-Za-z0-9_]+$/.test(value) && value.length <= maxLength) return undefined;
  return refuse(
    field,
    `The ${field} has a character that the carrier refuses, or is longer than ${maxLength}: it takes letters, digits and underscores. Nothing was sent.`,
    `Leave ${field} out to have one generated.`,
  );
}
