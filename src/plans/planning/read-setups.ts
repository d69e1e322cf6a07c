import { brokenRule } from "../../core/broken-rule.ts";
import type { Question } from "../../core/carrier/planner.ts";
import { oneSetupSchema, type Setup, type WantedSetup, type WantedSetups } from "../../core/carrier/setup.ts";
import { lenient } from "../../core/lenient.ts";
import { cleanText } from "../../core/text.ts";

/** A setup, and where it stands in what was asked for: "" for the first, `also.0.` and on for the others. */
export interface PlacedSetup {
  setup: Setup;
  at: string;
}

/** The same as it was asked for: what it leaves out is found out, or asked. */
export interface PlacedWish {
  wish: WantedSetup;
  at: string;
}

/** Taken apart from the object that the other setups stand in; held to the same fields. */
const alsoSchema = oneSetupSchema.partial();

/** All setups of one call. Those in `also` show fewer fields on the surface, which keeps it small, and take all of them. */
export function readSetups({ also = [], ...first }: WantedSetups): { wishes: PlacedWish[]; questions: Question[] } {
  const wishes: PlacedWish[] = [{ wish: first, at: "" }];
  const questions: Question[] = [];
  for (const [index, value] of also.entries()) {
    const at = `also.${index}.`;
    const parsed = alsoSchema.safeParse(lenient(alsoSchema, value));
    if (parsed.success) wishes.push({ wish: parsed.data, at });
    else questions.push(...parsed.error.issues.map((issue) => ({ field: fieldOf(at, issue), question: sentence(issue) })));
  }
  return { wishes, questions };
}

interface Issue {
  code?: string | undefined;
  expected?: string | undefined;
  path: PropertyKey[];
  message: string;
  keys?: string[];
}

export function fieldOf(at: string, { path, keys = [] }: Issue): string {
  return `${at}${cleanText([...path, ...keys.slice(0, 1)].map(String).join("."), 80)}`;
}

export function sentence({ code, expected, message }: Issue): string {
  if (code === "unrecognized_keys") return "There is no such field.";
  // In YAML a phone number without quotation marks is a number, and loses its plus sign.
  return `${cleanText(brokenRule(message), 200)}.${code === "invalid_type" && expected === "string" ? " Put the text in quotation marks." : ""}`;
}
