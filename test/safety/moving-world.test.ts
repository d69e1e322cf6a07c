import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../support/runs.ts";
import { boundaries, cases } from "./moving-cases.ts";
import { changesFor, checkMove, dialectsFor } from "./moving-check.ts";

const moves = cases.flatMap((one) =>
  dialectsFor(one).flatMap((dialect) =>
    boundaries.flatMap((boundary) => changesFor(one).map((change) => ({ one, boundary, change, dialect }))),
  ),
);

test("the matrix is as wide as it says", () => {
  expect(cases.length).toBe(18);
  expect(moves.length).toBeGreaterThan(1_600);
});

test.each([
  ["what is still true is done once, whatever happens elsewhere", true],
  ["nothing that was not shown is done", false],
])("%s", { timeout: 120_000 }, async (_, harmless) => {
  const drawn = fc.constantFrom(...moves.filter(({ change }) => (change.harmless === true) === harmless));
  const property = fc.asyncProperty(drawn, ({ one, boundary, change, dialect }) => checkMove(one, boundary, change, dialect));
  await fc.assert(property, { numRuns: runs(0.5), interruptAfterTimeLimit: 60_000, endOnFailure: true });
});
