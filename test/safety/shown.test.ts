import { expect, test } from "vitest";
import { serverRuns } from "../support/runs.ts";
import { missing } from "./shown.ts";
import { checkPlans, checkUpdates } from "./shown-check.ts";

test("every grave value of a plan is shown, or nobody is asked", async () => {
  const counts = await checkPlans(serverRuns(1 / 3));
  // A property that met one of them only would say less than it seems.
  for (const [way, count] of Object.entries(counts)) expect(count, way).toBeGreaterThan(0);
});

test("every grave value of one call is shown", async () => {
  await checkUpdates(serverRuns());
});

test("a value that is cut short, or part of another, does not count as shown", () => {
  const text = 'All 65,536 addresses of 52.1.0.0/16 may call; 52.2.0.1 too, and "trunk_1000"…';
  expect(missing(text, ["52.1.0.0/16", "52.2.0.1"])).toEqual([]);
  expect(missing(text, ["52.1.0.0/1", "52.1.0.0", "52.2.0.1/30", "trunk_100", "trunk_10000"])).toHaveLength(5);
});
