import { cleanText, someOf } from "../core/text.ts";

const MOST_NAMED = 3;

/** Fields and their values for a person: "capacity_limit 30; dids a, b, c, 4 more". */
export function sayFields(fields: Record<string, unknown>, leftOut: readonly string[]): string {
  return Object.entries(fields)
    .filter(([name, value]) => value !== undefined && !leftOut.includes(name))
    .map(([name, value]) => (isObject(value) ? sayFields(value, leftOut) : `${name} ${sayValue(value)}`))
    .filter((said) => said !== "")
    .join("; ");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sayValue(value: unknown): string {
  const values = [value].flat().map((one) => cleanText(String(one), 120));
  return someOf(values, { most: MOST_NAMED }) || "none";
}
