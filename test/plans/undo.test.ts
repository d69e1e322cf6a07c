import { expect, test } from "vitest";
import { undoSteps } from "../../src/plans/planning/undo.ts";
import { planners } from "../support/planners.ts";
import { toyProvider } from "../support/toy.ts";

test("a carrier that has its own name for a trunk's id is given the facts that the plan found", async () => {
  const found: unknown[] = [];
  const exotel = planners.get("exotel");
  if (!exotel) throw new Error("no planner to begin from");
  const planner = async () => ({
    ...exotel,
    created: () => undefined,
    undo: (_: object, before: unknown) => {
      found.push(before);
      return [];
    },
  });
  const carrier = {
    provider: { ...toyProvider("toy", []), trunkField: "line_id", planner },
    connected: () => Promise.reject(new Error("undoing asks no carrier")),
  };
  const step = { n: 1, provider: "toy", trunk: "a", tool: "toy_set_alias", effect: "change" as const, reason: "" };
  const observed = { provider: "toy", trunk: "a", trunk_id: "toy-1", fingerprint: "", facts: { alias: "old" } };
  await undoSteps([{ step: { ...step, arguments: { line_id: "toy-1", alias: "new" } }, result: {} }], [observed], [carrier]);
  expect(found).toEqual([{ alias: "old" }]);
});
