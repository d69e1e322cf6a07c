import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSandbox } from "../../src/sandbox/server.ts";
import { enumerate } from "../plans/deaths.ts";
import { openProcess } from "../plans/process.ts";
import { buildReplica, removeReplica, said, startReplica } from "../plans/world.ts";
import { sqlitePlace } from "../store/place.ts";
import { type Case, type Change, cases, changes, find, furnishWorld, TARGET } from "./moving-cases.ts";
import { doneToWhatMoved } from "./moving-oracle.ts";
import { ended, planHere } from "./moving-process.ts";
import { watchCarriers } from "./watched-carriers.ts";

describe("a real process that is killed at every boundary, while the world moves", () => {
  beforeAll(buildReplica);
  afterAll(removeReplica);

  /** Its plan is agreed to and begun by nobody; one process takes it up and dies, the world moves, another takes it up. */
  async function dieAt(boundary: number, one: Case, change: Change) {
    const watched = watchCarriers();
    const sandbox = await startSandbox(watched.providers, { dialect: "observed" });
    furnishWorld(watched, one);
    const place = await sqlitePlace();
    const where = { store: place.plain, exotelUrl: sandbox.urlOf("exotel") };
    const scope = await openProcess(where);
    const plan_id = await planHere(one, scope);
    const shown = watched.account();
    const begun = watched.writes.length;
    const first = startReplica({ where, boundary, watches: true });
    const line = await Promise.race([said(first, "at "), ended(plan_id, scope).then(() => undefined)]);
    await first.kill();
    const target = find(watched.account().values(), one.provider, TARGET);
    if (line !== undefined && target) change.make(watched, target);
    const second = startReplica({ where, watches: true });
    const end = await ended(plan_id, scope);
    await second.kill();
    const harm = doneToWhatMoved(shown, watched.writes.slice(begun), []);
    const problem = harm.length > 0 ? `${line}: ${harm.join("; ")}` : undefined;
    await scope.store.close();
    await sandbox.close();
    await place.remove();
    expect(problem).toBeUndefined();
    expect(["done", "partial", "failed"]).toContain(end.state);
    return { name: line, recoveryMs: 0 };
  }

  const others = changes.filter(({ name, for: carriers }) => carriers.includes("exotel") && /renamed|stranger|names|deleted/.test(name));
  const killed = cases.filter(({ provider, grave, makes }) => provider === "exotel" && grave && makes === undefined);

  test.each(killed.map((one, index) => ({ one, change: others[index % others.length] as Change })))(
    "$one.name, $change.name",
    async ({ one, change }) => {
      const deaths = await enumerate({ atOnce: 6, stride: 2 }, (boundary) => dieAt(boundary, one, change));
      // A matrix that is empty would pass.
      expect(deaths.length).toBeGreaterThanOrEqual(8);
    },
  );

  test("what nobody changes is done: the deaths alone stop nothing", async () => {
    const [one] = killed;
    const [nothing] = changes;
    if (!one || !nothing) throw new Error("no case");
    await expect(dieAt(4, one, nothing)).resolves.toMatchObject({ name: expect.stringContaining("at ") });
  });
});
