import { expect, test } from "vitest";
import { ALL_RUNS } from "./run-count.ts";
import { checkPlans, checkUpdates } from "./shown-check.ts";

test("every grave value of a plan is shown, or nobody is asked", { timeout: 600_000 }, async () => {
  const counts = await checkPlans(ALL_RUNS / 2, 540_000);
  // Each way out is taken: a property that met one of them only would say less than it seems.
  for (const [way, count] of Object.entries(counts)) expect(count, way).toBeGreaterThan(0);
});

test("every grave value of one call is shown", { timeout: 300_000 }, async () => {
  await checkUpdates(ALL_RUNS, 240_000);
});
