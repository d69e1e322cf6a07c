import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Place, postgresPlace, sqlitePlace } from "../store/place.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { type Death, enumerate, expectEverywhere, report } from "./deaths.ts";
import {
  applyHere,
  buildReplica,
  deathOf,
  ended,
  expectJournal,
  expectWhole,
  makePlan,
  newWorld,
  ownEffects,
  type Replica,
  removeReplica,
  said,
  startReplica,
  trunkOf,
  twelveSteps,
  type Wanted,
  type World,
} from "./world.ts";

let server: Postgres;
beforeAll(async () => {
  [server] = await Promise.all([startPostgres(), buildReplica()]);
});
afterAll(async () => {
  removeReplica();
  await server.stop();
});

/** Two replicas that live, and a third for each plan, which does not. */
async function withReplicas(place: Place, run: (world: World) => Promise<void>): Promise<void> {
  const world = await newWorld(place, "observed");
  const living = [1, 2].map(() => startReplica({ where: world.where, watches: true }));
  await Promise.all(living.map((replica) => said(replica, "ready")));
  try {
    await run(world);
    await expectJournal(world);
  } finally {
    await Promise.all(living.map((replica) => replica.kill()));
    await world.close();
  }
}

let plans = 0;

interface Plan {
  planId: string;
  wanted: Wanted;
}

async function newPlan(world: World): Promise<Plan> {
  const wanted = twelveSteps("observed", `plan_${++plans}`, plans);
  return { wanted, planId: await makePlan(world, wanted) };
}

/** A living replica may take a plan up before the one that starts it has leased it; that one then passes few boundaries. */
const TRIES = 10;

async function endAt(boundary: number, signal: "SIGKILL" | "SIGSTOP", world: World, tries = TRIES): Promise<Death> {
  const { planId, wanted } = await newPlan(world);
  const third = startReplica({ where: world.where, boundary, signal });
  third.apply(planId);
  const name = await deathOf(third);
  const diedAt = performance.now();
  const isStarted = (await world.scope.store.plans.find(planId))?.state !== "planned";
  if (name !== undefined && isStarted) expect(await ended(planId, world)).toBe("done");
  const recoveryMs = name === undefined ? 0 : performance.now() - diedAt;
  if (signal === "SIGSTOP" && name !== undefined) await wake(third, { planId, wanted }, world);
  await third.kill();
  // Nobody started it: nothing was done.
  if (name !== undefined && !isStarted && signal === "SIGKILL") expect(ownEffects(world.writes, wanted)).toEqual([]);
  else await expectWhole(world, planId, wanted);
  // Only one that has done the whole plan itself has passed every boundary there is.
  if (name === undefined && !third.lines().includes("sent 12")) {
    expect(tries, `tries to run a plan as far as boundary ${boundary}`).toBeGreaterThan(1);
    return await endAt(boundary, signal, world, tries - 1);
  }
  return { name, recoveryMs };
}

/** A replica that was stopped for longer than its lease goes on where it was, and finds that it may do nothing any more. */
async function wake(third: Replica, { planId, wanted }: Plan, world: World): Promise<void> {
  const wasDone = (await world.scope.store.plans.find(planId))?.state === "done";
  const sid = (await trunkOf(planId, world)) ?? "none";
  const before = ownEffects(world.writes, wanted, sid).length;
  // It says where it stops before it does, and a signal that comes in between wakes nobody.
  const waking = setInterval(() => third.child.kill("SIGCONT"), 50);
  expect(await said(third, "{").finally(() => clearInterval(waking))).toContain('"state":"done"');
  // One that was stopped before it had started the plan still has all of it to do.
  if (wasDone) expect(ownEffects(world.writes, wanted, sid).length).toBe(before);
}

describe("three replicas on Postgres, one of them killed or stopped at every boundary", () => {
  test("killed: the other two finish the plan, each step once", async () => {
    await withReplicas(await postgresPlace(server), async (world) => {
      const deaths = await enumerate({ atOnce: 8 }, (boundary) => endAt(boundary, "SIGKILL", world));
      expect(deaths.length).toBeGreaterThanOrEqual(25);
      expectEverywhere(deaths);
      report("Postgres, three replicas", deaths);
    });
  });

  test("stopped for longer than its lease: it sends nothing more when it wakes", async () => {
    await withReplicas(await postgresPlace(server), async (world) => {
      const stops = await enumerate({ atOnce: 8, stride: 2 }, (boundary) => endAt(boundary, "SIGSTOP", world));
      expect(stops.length).toBeGreaterThanOrEqual(25);
      report("Postgres, stopped and woken", stops);
    });
  });
});

/** All 300 take some minutes: `RANDOM_KILLS=300 npx vitest run test/plans/replicas.slow.test.ts`. */
const KILLS = Number(process.env["RANDOM_KILLS"] ?? 50);
/** From before the start of a plan to after its end, on this machine and on slower ones. */
const WITHIN_MS = 700;

describe.each([
  ["SQLite", () => sqlitePlace()],
  ["Postgres", () => postgresPlace(server)],
] as const)("three processes on %s, one of them killed at a random moment", (name, newPlace) => {
  test(`${KILLS} times: no step is lost, none is done twice`, async () => {
    await withReplicas(await newPlace(), async (world) => {
      const deaths = await enumerate({ atOnce: 8, most: KILLS }, () => killWithin(WITHIN_MS * Math.random(), world));
      expect(deaths).toHaveLength(KILLS);
      report(`${name}, random`, deaths);
    });
  });
});

async function killWithin(ms: number, world: World): Promise<Death> {
  const { planId, wanted } = await newPlan(world);
  const third = startReplica({ where: world.where });
  await said(third, "ready");
  third.apply(planId);
  await delay(ms);
  await third.kill();
  const diedAt = performance.now();
  const { state } = (await world.scope.store.plans.find(planId)) ?? {};
  // A plan that was never started waits until somebody applies it.
  if (state === "planned") await applyHere(planId, world);
  expect(await ended(planId, world)).toBe("done");
  const recoveryMs = performance.now() - diedAt;
  await expectWhole(world, planId, wanted);
  return { name: `after ${Math.round(ms)} ms`, recoveryMs };
}
