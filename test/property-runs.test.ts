import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const here = dirname(fileURLToPath(import.meta.url));

/** Places where a property has a number of its own, or fast-check's. */
function ownNumbers(text: string): string[] {
  const asserts = text.match(/\bfc\.assert\(/g)?.length ?? 0;
  const counts = text.match(/\bnumRuns: \w+/g) ?? [];
  const literal = counts.filter((count) => /\d/.test(count));
  return counts.length < asserts ? [...literal, `${asserts} fc.assert, ${counts.length} numRuns`] : literal;
}

test("every property takes its number of cases from support/runs.ts", () => {
  const files = readdirSync(here, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const texts = files.map((file) => readFileSync(join(here, file), "utf8")).filter((text) => /^import .* from "fast-check";$/m.test(text));
  expect(texts.length).toBeGreaterThan(20);
  expect(texts.flatMap(ownNumbers)).toEqual([]);
});

test("a property with a number of its own is found, and one with none", () => {
  expect(ownNumbers("fc.assert(fc.property(a, b), { numRuns: 40 })")).toEqual(["numRuns: 40"]);
  expect(ownNumbers("fc.assert(fc.property(a, b))")).toEqual(["1 fc.assert, 0 numRuns"]);
});
