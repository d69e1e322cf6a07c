import fc from "fast-check";
import { expect, test } from "vitest";
import { boundaries, cases } from "./moving-cases.ts";
import { changesFor, checkMove } from "./moving-check.ts";

const moves = cases.flatMap((one) => boundaries.flatMap((boundary) => changesFor(one).map((change) => ({ one, boundary, change }))));
const [still, moving] = [moves.filter(({ change }) => change.harmless), moves.filter(({ change }) => !change.harmless)];

test("the matrix is as wide as it says", () => {
  expect(cases.length).toBeGreaterThanOrEqual(18);
  expect(moves.length).toBeGreaterThan(700);
});

test("what is still true is done once, whatever happens elsewhere", { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(fc.constantFrom(...still), fc.constantFrom("observed", "documented"), async (move, dialect) =>
    checkMove(move.one, move.boundary, move.change, dialect),
  );
  await fc.assert(property, { numRuns: 15, interruptAfterTimeLimit: 60_000, endOnFailure: true });
});

test("nothing that was not shown is done", { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(fc.constantFrom(...moving), fc.constantFrom("observed", "documented"), async (move, dialect) =>
    checkMove(move.one, move.boundary, move.change, dialect),
  );
  await fc.assert(property, { numRuns: 15, interruptAfterTimeLimit: 60_000, endOnFailure: true });
});
