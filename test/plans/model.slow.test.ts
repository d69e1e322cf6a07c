import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type NewPlace, postgresPlace, sqlitePlace } from "../store/place.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { runs } from "../support/runs.ts";
import { send } from "./carrier.ts";
import { checkAtRest, commands, type Real } from "./model-commands.ts";
import { openWorld } from "./model-world.ts";

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** Worlds side by side: most of their time they wait for leases that end. */
const WORLDS = 5;

test.each<[string, NewPlace, number]>([
  ["SQLite", sqlitePlace, 14_000],
  ["Postgres", () => postgresPlace(postgres), 6_000],
])("whatever happens, each step is done once, and by one replica at a time, on %s", async (_, newPlace, forMs) => {
  let changed = 0;
  const until = Date.now() + forMs;
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 4 }), commands, async (replicas, history) => {
    if (Date.now() > until) return;
    const place = await newPlace();
    const world = await openWorld(place.location, replicas);
    const real: Real = { world, plans: [], pending: new Set() };
    try {
      await fc.asyncModelRun(() => ({ model: { plans: 0 }, real }), history);
      await checkAtRest(real);
      changed += world.changes.length;
    } finally {
      await world.close();
      await place.remove();
    }
  });
  const checks = Array.from({ length: WORLDS }, () => fc.assert(property, { numRuns: runs(0.2), endOnFailure: true }));
  const failed = (await Promise.allSettled(checks)).find((check) => check.status === "rejected");
  if (failed) throw failed.reason;
  // Histories in which nothing happens would hold anything.
  expect(changed).toBeGreaterThan(0);
});

test("a duplicate that the carrier refuses with 200 changes nothing", async () => {
  const place = await sqlitePlace();
  const world = await openWorld(place.location, 1);
  try {
    const trunk = { trunk_name: "north", nso_code: "ANY-ANY", domain_name: "sandbox.pstn.exotel.com" };
    const answers = [await send(world.carrier, "POST", "trunks", trunk), await send(world.carrier, "POST", "trunks", trunk)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(world.changes).toEqual([undefined]);
  } finally {
    await world.close();
    await place.remove();
  }
});
