import { canonicalJson } from "../../core/canonical.ts";

/** Whether two values mean the same to LiveKit: a list is a set. */
export function same(one: unknown, other: unknown): boolean {
  return canonicalJson(asSet(one)) === canonicalJson(asSet(other));
}

function asSet(value: unknown): unknown {
  return Array.isArray(value) ? value.map((item) => canonicalJson(item)).sort() : value;
}

/** A number as LiveKit compares it: of one written with separators the plus sign may be missing. */
export function normalNumber(number: string): string {
  if (!/^\+?[\d\s()-]+$/.test(number)) return number;
  return `+${number.replace(/\D/g, "")}`;
}
