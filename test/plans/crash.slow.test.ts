import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sqlitePlace } from "../store/place.ts";
import { type Death, enumerate, expectEverywhere, report } from "./deaths.ts";
import {
  buildReplica,
  deathOf,
  ended,
  expectJournal,
  expectWhole,
  makePlan,
  newWorld,
  removeReplica,
  startReplica,
  twelveSteps,
  type World,
} from "./world.ts";

beforeAll(buildReplica);
afterAll(removeReplica);

/** One process begins the plan and dies at the k-th boundary; another starts and finishes it. */
async function dieAt(boundary: number, dialect: string): Promise<Death> {
  const world = await newWorld(await sqlitePlace(), dialect);
  const wanted = twelveSteps(dialect, "wanted");
  const planId = await makePlan(world, wanted);
  const first = startReplica({ where: world.where, boundary });
  first.apply(planId);
  const name = await deathOf(first);
  if (name !== undefined) expect(await first.ended).toBe("SIGKILL");
  const recoveryMs = name === undefined ? 0 : await takeOver(planId, world);
  await first.kill();
  await expectWhole(world, planId, wanted).catch((error: Error) => {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  });
  await expectJournal(world);
  await world.close();
  return { name, recoveryMs };
}

/** How long after its start another process has done what was left. */
async function takeOver(planId: string, world: World): Promise<number> {
  const wasStarted = (await world.scope.store.plans.find(planId))?.state !== "planned";
  const startedAt = performance.now();
  const second = startReplica({ where: world.where, watches: true });
  // A plan that never started waits until somebody applies it.
  if (!wasStarted) second.apply(planId);
  expect(await ended(planId, world)).toBe("done");
  const tookMs = performance.now() - startedAt;
  await second.kill();
  return tookMs;
}

describe.each([
  ["observed", 1],
  // Its rows are answered in another shape; what stands between them is the same.
  ["documented", 2],
])("a plan of twelve steps on the %s dialect, killed at every boundary, in steps of %i", (dialect, stride) => {
  test("another process finishes it, each step once", async () => {
    const deaths = await enumerate({ atOnce: 8, stride }, (boundary) => dieAt(boundary, dialect));
    // The matrix knows its own size: one that is empty would pass.
    expect(deaths.length).toBeGreaterThanOrEqual(25);
    if (stride === 1) expectEverywhere(deaths);
    report(`SQLite, ${dialect} dialect`, deaths);
  });
});
