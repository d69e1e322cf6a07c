import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sqlitePlace } from "../store/place.ts";
import {
  buildReplica,
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

interface Death {
  /** Where it died, or undefined: it lived to the end. */
  name: string | undefined;
  recoveryMs: number;
}

/** One process begins the plan and dies at the k-th boundary; another starts and finishes it. */
async function dieAt(boundary: number, dialect: string): Promise<Death> {
  const world = await newWorld(await sqlitePlace(), dialect);
  const wanted = twelveSteps(dialect, "wanted");
  const planId = await makePlan(world, wanted);
  const first = startReplica({ where: world.where, boundary });
  first.apply(planId);
  const died = await Promise.race([first.ended, ended(planId, world).then(() => undefined)]);
  const name = first.lines().find((line) => line.startsWith("at "));
  const recoveryMs = died === undefined ? 0 : await takeOver(planId, world);
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
  const second = startReplica({ where: world.where });
  // A plan that never started waits for whoever wants it.
  if (!wasStarted) second.apply(planId);
  expect(await ended(planId, world)).toBe("done");
  const tookMs = performance.now() - startedAt;
  await second.kill();
  return tookMs;
}

/** A matrix that does not end is as wrong as one that is empty. */
const MOST_BOUNDARIES = 200;

/** Runs the numbers from 1 on, several at a time, until one finds nothing more to do. */
async function enumerate(atOnce: number, dieAt: (boundary: number) => Promise<Death>): Promise<Death[]> {
  const deaths: Death[] = [];
  const problems: string[] = [];
  let next = 1;
  let over = false;
  const worker = async () => {
    while (!over && problems.length < 3 && next < MOST_BOUNDARIES) {
      const boundary = next++;
      const death = await dieAt(boundary).catch((error: unknown) => {
        problems.push(`boundary ${boundary}: ${error instanceof Error ? error.message : error}`);
      });
      if (death && death.name === undefined) over = true;
      else if (death) deaths.push(death);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  expect(problems).toEqual([]);
  return deaths;
}

describe.each(["observed", "documented"])("a plan of twelve steps on the %s dialect, killed at every boundary", (dialect) => {
  test("another process finishes it, each step once", { timeout: 240_000 }, async () => {
    const deaths = await enumerate(6, (boundary) => dieAt(boundary, dialect));
    // The matrix knows its own size: one that is empty would pass.
    expect(deaths.length).toBeGreaterThanOrEqual(25);
    const names = new Set(deaths.map(({ name }) => name));
    for (const call of ["start", "lease", "begin", "send", "settle", "finish"]) {
      expect(names).toContain(`at before ${call}`);
      expect(names).toContain(`at after ${call}`);
    }
    const slowest = Math.max(...deaths.map(({ recoveryMs }) => recoveryMs));
    process.stdout.write(`${dialect}: ${deaths.length} deaths, slowest recovery ${Math.round(slowest)} ms\n`);
  });
});
