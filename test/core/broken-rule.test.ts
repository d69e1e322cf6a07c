import { expect, test } from "vitest";
import * as z from "zod";
import { brokenRule } from "../../src/core/broken-rule.ts";

const rows: [string, z.ZodType, unknown, string][] = [
  ["a text that is missing", z.string(), undefined, "expected string"],
  ["a value that must be there", z.nonoptional(z.string().optional()), undefined, "expected a value"],
  ["a choice", z.enum(["pstn", "flow"]), undefined, "expected one of pstn, flow"],
  ["a long text", z.string().max(3), "four", "expected at most 3 characters"],
  ["a short list", z.array(z.string()).min(1), [], "expected at least 1 item"],
  ["a small number", z.int().min(16), 5, "expected at least 16"],
  ["a large number", z.number().max(0.5), 5, "expected at most 0.5"],
  ["a number that is none above", z.number().gt(3), 3, "expected more than 3"],
  ["half a number", z.int(), 5.5, "expected a whole number"],
  ["a union", z.union([z.literal(1), z.object({})]), "x", "not in a form that is taken"],
  ["a sentence of ours", z.string().refine(() => false, { error: "expected an absolute path" }), "x", "expected an absolute path"],
];

test.each(rows)("%s is refused in a person's words", (_, schema, value, words) => {
  const { error } = schema.safeParse(value);
  expect(brokenRule(error?.issues[0]?.message ?? "")).toBe(words);
});
