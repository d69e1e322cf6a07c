import fc from "fast-check";
import { expect, test } from "vitest";
import { serverRuns } from "../support/runs.ts";
import { cases } from "./moving-cases.ts";
import { checkMove, moves } from "./moving-check.ts";

test("the matrix is as wide as it says", () => {
  expect(cases.length).toBe(42);
  expect(moves.length).toBeGreaterThan(2_100);
});

test.each([
  ["what is still true is done once, whatever happens elsewhere", true],
  ["nothing that was not shown is done", false],
])("%s", async (_, harmless) => {
  const drawn = fc.constantFrom(...moves.filter(({ change }) => (change.harmless === true) === harmless));
  const property = fc.asyncProperty(drawn, ({ one, boundary, change, dialect }) => checkMove(one, boundary, change, dialect));
  await fc.assert(property, { numRuns: serverRuns(1 / 2), endOnFailure: true });
});
