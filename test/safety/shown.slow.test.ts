import { expect, test } from "vitest";
import { runs } from "../support/runs.ts";
import { checkPlans, checkUpdates } from "./shown-check.ts";

test("every grave value of a plan is shown, or nobody is asked", { timeout: 600_000 }, async () => {
  const counts = await checkPlans(runs(0.5), 120_000);
  // Each way out is taken: a property that met one of them only would say less than it seems.
  for (const [way, count] of Object.entries(counts)) expect(count, way).toBeGreaterThan(0);
});

test("every grave value of one call is shown", { timeout: 300_000 }, async () => {
  await checkUpdates(runs(), 60_000);
});
