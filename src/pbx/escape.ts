import { TrunkError } from "../core/errors.ts";
import { type PbxFacts, pbxFactsSchema } from "./facts.ts";

/** Longer than any login that a carrier gives out, and within the line length of every reader. */
const MAX_CHARACTERS = 256;

/** The message names the field to change, never the value: it may be a password. */
export function refuseValue(field: string, reason: string): never {
  throw new TrunkError("invalid_input", `${field} ${reason}. Nothing was written.`, {
    field,
    hint: "Choose another format, or change the value at the carrier and export again.",
  });
}

/** Characters that no line of any format may hold: they would end the line, or become another value on the disk. */
export function checkLine(field: string, value: string): string {
  if (value === "") refuseValue(field, "is empty");
  if (value.length > MAX_CHARACTERS) refuseValue(field, `is longer than ${MAX_CHARACTERS} characters`);
  if (/[\p{Cc}\u2028\u2029]/u.test(value)) refuseValue(field, "holds a line break or another control character, which no line can hold");
  if (!value.isWellFormed()) refuseValue(field, "holds half of a character, which cannot be written as UTF-8");
  return value;
}

/** For formats whose reader strips the blanks around a value. */
export function checkTrimmed(field: string, value: string): string {
  const line = checkLine(field, value);
  if (line !== line.trim()) refuseValue(field, "begins or ends with a blank, which this format drops");
  return line;
}

/** Foreign text in a comment: nothing in it ends a comment or begins anything, in any of the formats. */
export function commentText(text: string): string {
  const plain = text.replace(/[^\p{L}\p{N} _.+@-]/gu, "_").replace(/-{2,}/g, "-");
  return [...plain].slice(0, 64).join("").trim();
}

/** Facts may have been put together by hand: what is not escaped later must be of its form. */
export function checkFacts(facts: PbxFacts): PbxFacts {
  const issue = pbxFactsSchema.safeParse(facts).error?.issues[0];
  if (issue) refuseValue(issue.path.join("."), "is not of its form");
  return facts;
}
