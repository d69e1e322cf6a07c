import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSandbox } from "../../src/sandbox/server.ts";
import { call } from "../plans/carrier.ts";
import { type Death, enumerate } from "../plans/deaths.ts";
import { buildReplica, deathOf, ended, openWorld, removeReplica, startReplica } from "../plans/world.ts";
import { call as attempt } from "../safety/restart.ts";
import { bothEnds } from "./both-ends.ts";
import { type Direction, lines as numbers, wanted } from "./support.ts";

beforeAll(buildReplica);
afterAll(removeReplica);

async function newWorld(provider: string) {
  const ends = await bothEnds(provider);
  // A carrier whose clock runs a minute between two requests never sees too many in one.
  let now = Date.now();
  const sandbox = await startSandbox(ends.providers, { now: () => (now += 60_000) });
  const world = await openWorld(sandbox, provider, [{ provider: "livekit", url: sandbox.urlOf("livekit") }]);
  return { ...ends, ...world };
}

/** One process begins the plan and dies at that boundary; another starts and finishes it. */
async function dieAt(boundary: number, provider: string, direction: Direction): Promise<Death> {
  const { scope, where, half, lines, close } = await newWorld(provider);
  const { plan_id, approval_needed } = await call("connect_trunk", wanted(provider, direction), scope);
  // Each approval is used once, also by a process that dies with it.
  const order = async () => {
    if (!approval_needed) return plan_id;
    const asked = await attempt("apply_plan", { plan_id }, scope);
    return `${plan_id} ${asked.kind === "failed" ? asked.error.approval : "none"}`;
  };
  const dying = startReplica({ where, boundary });
  dying.apply(await order());
  const name = await deathOf(dying);
  if (name !== undefined) {
    expect(await dying.ended).toBe("SIGKILL");
    expect(half, name).toEqual([]);
    const wasStarted = (await scope.store.plans.find(plan_id))?.state !== "planned";
    const second = startReplica({ where, watches: true });
    // A plan that never started waits until somebody applies it.
    if (!wasStarted) second.apply(await order());
    expect(`${name}: ${await ended(plan_id, { scope })}`).toBe(`${name}: done`);
    await second.kill();
  }
  await dying.kill();
  expect(half, name).toEqual([]);
  expect((await call("connect_trunk", wanted(provider, direction), scope)).steps, name).toEqual([]);
  if (direction !== "outbound") expect(lines().flatMap(({ hosts }) => hosts)).toEqual([expect.stringMatching(/^sandbox\./)]);
  expect(await scope.store.journal.unsettled()).toEqual([]);
  await close();
  return { name, recoveryMs: 0 };
}

/** The plan of both ways has every step of each. */
const ways: Direction[] = ["both"];

describe.each(Object.keys(numbers))("a connection of %s, killed at every third boundary", (provider) => {
  test.each(ways)("%s: another process finishes it, and no number is half connected at any moment", async (direction) => {
    // Odd, since boundaries come in pairs: with an even one, every death would be before a call, and none after it.
    const deaths = await enumerate({ atOnce: 4, stride: 3 }, (boundary) => dieAt(boundary, provider, direction));
    expect(deaths.length).toBeGreaterThanOrEqual(5);
  });
});
