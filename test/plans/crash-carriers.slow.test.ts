import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { providers } from "../../src/providers/index.ts";
import { startSandbox } from "../../src/sandbox/server.ts";
import { call } from "./carrier.ts";
import { type Death, enumerate } from "./deaths.ts";
import { plansOf, rowsOf, shownRows } from "./other-carriers.ts";
import { buildReplica, deathOf, ended, openWorld, removeReplica, startReplica } from "./world.ts";

beforeAll(buildReplica);
afterAll(removeReplica);

type Id = keyof typeof plansOf;

/** The carrier outlives every process, and knows what it did: each write that it took, oldest first. */
async function newWorld(id: Id, dialect: string) {
  const provider = providers.find((one) => one.id === id) as AnyProvider;
  const factory = await provider.sandbox();
  const effects: string[] = [];
  const create: typeof factory.create = (options) => {
    const emulator = factory.create(options);
    return {
      ...emulator,
      handle: (request) => {
        const answer = emulator.handle(request);
        const { method, segments, body } = request;
        if (method !== "GET" && answer.status < 300) effects.push(`${method} ${segments.join("/")} ${body}`);
        return answer;
      },
    };
  };
  // A carrier whose clock runs a minute between two requests never sees too many in one.
  let now = Date.now();
  const watched = { ...provider, sandbox: async () => ({ ...factory, create }) } as AnyProvider;
  const sandbox = await startSandbox([watched], { dialect, now: () => (now += 60_000) });
  const world = await openWorld(sandbox, id);
  return { id, effects, ...world };
}

type World = Awaited<ReturnType<typeof newWorld>>;

/** Everything that was wanted is there, each once, and the password that the carrier knows is the one that a person finds. */
async function expectWhole({ id, scope, effects }: World): Promise<void> {
  for (const setup of plansOf[id]) {
    const { trunks } = await call("list_trunks", { trunk_name: setup.trunk }, scope);
    const named = trunks.filter((row: { trunk_name: string }) => row.trunk_name === setup.trunk);
    expect(named).toHaveLength(1);
    const { trunk } = await call("get_trunk", { trunk_id: named[0].trunk_id }, scope);
    expect(shownRows(trunk)).toMatchObject(rowsOf(setup));
    for (const { secret_ref } of setup.credentials ? trunk.credentials : []) {
      const kept = (await scope.store.secrets.find(secret_ref.replace(/^secret:/, "")))?.reveal() ?? "none is kept";
      expect(effects.findLast((effect) => /password"?[:=]/i.test(effect))).toContain(kept);
    }
  }
  const { store } = scope;
  expect(await store.journal.verify()).toMatchObject({ problem: undefined });
  expect(await store.journal.unsettled()).toEqual([]);
}

/** One process begins the plan and dies at the k-th boundary; another starts and finishes it. */
async function dieAt(boundary: number, id: Id, dialect: string, wholes: Set<string>): Promise<Death> {
  const world = await newWorld(id, dialect);
  const { scope, where } = world;
  const [first, ...also] = plansOf[id];
  const { plan_id } = await call("plan_trunk", { ...first, ...(also.length > 0 ? { also } : {}) }, scope);
  const dying = startReplica({ where, boundary });
  dying.apply(plan_id);
  const name = await deathOf(dying);
  if (name !== undefined) {
    expect(await dying.ended).toBe("SIGKILL");
    const wasStarted = (await scope.store.plans.find(plan_id))?.state !== "planned";
    const second = startReplica({ where, watches: true });
    // A plan that never started waits until somebody applies it.
    if (!wasStarted) second.apply(plan_id);
    expect(`${name}: ${await ended(plan_id, world)}`).toBe(`${name}: done`);
    await second.kill();
  }
  await dying.kill();
  await expectWhole(world).catch((error: Error) => {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  });
  expect(new Set(world.effects).size, name).toBe(world.effects.length);
  // A login whose first password went with the process that died is given another.
  wholes.add(`${world.effects.filter((effect) => !/Credentials\/\w+\.json/.test(effect)).length} writes`);
  await world.close();
  return { name, recoveryMs: 0 };
}

describe.each([
  ["twilio", "observed"],
  ["telnyx", "observed"],
] as const)("a plan of %s on the %s dialect, killed at every third boundary", (id, dialect) => {
  test("another process finishes it, each request once", async () => {
    const wholes = new Set<string>();
    // Odd, since boundaries come in pairs: with an even one, every death would be before a call, and none after it.
    const deaths = await enumerate({ atOnce: 4, stride: 3 }, (boundary) => dieAt(boundary, id, dialect, wholes));
    expect(deaths.length).toBeGreaterThanOrEqual(10);
    // As many as without a death: the last one lives to the end.
    expect([...wholes]).toHaveLength(1);
  });
});
