import { type Fault, Refusal } from "./answers.ts";
import { isObject } from "./state.ts";

type Problem = Pick<Fault, "code" | "detail">;

/** Judges a field's value. */
export type Rule = (value: unknown) => Problem | undefined;

export interface Field {
  rule: Rule;
  /** The value of a record that was made without it. Absent: it must be given. */
  initial?: unknown;
  /** Must be given in each PATCH too. */
  always?: true;
}

export type Fields = Record<string, Field>;

/** Makes the fields that a body leaves of those that are kept, or of none. What is not in the table is ignored, as the service does. */
export function readFields(
  fields: Fields,
  given: Record<string, unknown>,
  kept?: Record<string, unknown>,
  at = "",
): Record<string, unknown> {
  const faults = Object.entries(fields).flatMap(([name, field]): Fault[] => {
    const problem = problemOf(name, field, given[name], kept !== undefined);
    return problem ? [{ ...problem, pointer: `${at}/${name}` }] : [];
  });
  if (faults.length > 0) throw new Refusal(422, ...faults);
  const initial = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.initial]));
  const all: Record<string, unknown> = { ...initial, ...kept, ...given };
  return Object.fromEntries(Object.keys(fields).map((name) => [name, all[name]]));
}

function problemOf(name: string, { rule, initial, always }: Field, value: unknown, isKept: boolean): Problem | undefined {
  if (value !== undefined) return rule(value);
  const isNeeded = isKept ? always : initial === undefined;
  return isNeeded ? { code: "10004", detail: `The ${name} parameter is required.` } : undefined;
}

const wrongType = (expected: string): Problem => ({ code: "10026", detail: `Invalid type: ${expected} was expected.` });

export function text(min = 0, max = Number.POSITIVE_INFINITY): Rule {
  return (value) => {
    if (typeof value !== "string") return wrongType("a string");
    if (value.length >= min && value.length <= max) return undefined;
    return { code: "10025", detail: `The length must be between ${min} and ${max}.` };
  };
}

/** `said`: what was expected. */
export function matching(pattern: RegExp, said: string): Rule {
  return (value) => {
    if (typeof value !== "string") return wrongType("a string");
    return pattern.test(value) ? undefined : { code: "10015", detail: `Invalid value: ${value}, was provided. Expected ${said}.` };
  };
}

export function oneOf(...values: string[]): Rule {
  return (value) => {
    if (values.includes(String(value))) return undefined;
    return { code: "10032", detail: `Invalid value: ${String(value)}, was provided. Allowed values: ${values.join(", ")}.` };
  };
}

export function flag(value: unknown): Problem | undefined {
  return typeof value === "boolean" ? undefined : wrongType("a boolean");
}

export function integer(min: number, max: number): Rule {
  return (value) => {
    if (!Number.isInteger(value)) return wrongType("an integer");
    if (Number(value) >= min && Number(value) <= max) return undefined;
    return { code: "10033", detail: `The value must be between ${min} and ${max}.` };
  };
}

export function positive(value: unknown): Problem | undefined {
  if (typeof value !== "number") return wrongType("a number");
  return value >= 0 ? undefined : { code: "10033", detail: "The value must not be negative." };
}

export function orNull(rule: Rule): Rule {
  return (value) => (value === null ? undefined : rule(value));
}

export function listOf(rule: Rule): Rule {
  return (value) => (Array.isArray(value) ? value.map(rule).find((problem) => problem !== undefined) : wrongType("an array"));
}

export function object(value: unknown): Problem | undefined {
  return isObject(value) ? undefined : wrongType("an object");
}

/** First one rule, then the other. */
export function both(first: Rule, second: Rule): Rule {
  return (value) => first(value) ?? second(value);
}
