import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Log, silentLog } from "../../src/core/log.ts";
import { storeFailure } from "../../src/store/sql.ts";
import { startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
let logged: string[];
let trunk_sid: string;

const down = async () => {
  throw storeFailure(Object.assign(new Error("gone"), { code: "ECONNREFUSED" }));
};

beforeEach(async () => {
  logged = [];
  const log: Log = { ...silentLog, error: (_fields, message) => void logged.push(message) };
  trunkline = await startTrunkline({ log, policy: { approval: "two_step" } });
  trunk_sid = (await create("victim")).value.trunk.trunk_id;
});
afterEach(() => trunkline.close());

const create = (trunk_name: string) => trunkline.call("exotel_create_trunk", { trunk_name });
const remove = (approval?: string) => trunkline.call("exotel_delete_trunk", { trunk_sid, ...(approval === undefined ? {} : { approval }) });
const writes = () => trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length;

describe("a store that is down", () => {
  test("when the intent is to be written: nothing is sent, and the agent reads so", async () => {
    trunkline.scope.store.journal.intend = down;
    const before = writes();
    expect((await create("never")).value).toMatchObject({
      code: "internal",
      applied: false,
      message: "Trunkline cannot reach its own state (ECONNREFUSED).",
      hint: expect.stringContaining("operator"),
    });
    expect(writes()).toBe(before);
  });

  test("when it is to be found out whether an equal call runs: nothing is sent, and the agent reads so", async () => {
    trunkline.scope.store.claims.lock = down;
    const before = writes();
    expect((await create("never")).value).toMatchObject({ code: "internal", applied: false });
    expect(writes()).toBe(before);
  });

  test("when the outcome is to be written: the answer stands, the operator is told, the intent stays open", async () => {
    trunkline.scope.store.journal.settle = down;
    const { isError, value } = await create("made");
    expect([isError, value.trunk.trunk_name]).toEqual([false, "made"]);
    expect(logged).toEqual(["the outcome of a write could not be journaled"]);
    expect(await trunkline.scope.store.journal.unsettled()).toMatchObject([{ redacted: { trunk_name: "made" } }]);
  });

  test("when the outcome of a failure is to be written: the failure is what the agent reads", async () => {
    trunkline.scope.store.journal.settle = down;
    expect((await create("victim")).value).toMatchObject({ code: "conflict", applied: false });
  });

  test.each(["ask", "claim"] as const)("when an approval is to be kept or used (%s): nothing is deleted", async (act) => {
    const { approval } = (await remove()).value;
    trunkline.scope.store.approvals[act] = down;
    const before = writes();
    const { value } = await remove(act === "ask" ? undefined : approval);
    expect(value).toMatchObject({ code: "internal", applied: false });
    expect(writes()).toBe(before);
  });

  test("when a row that is not there may be gone by an earlier call: the refusal is what the agent reads", async () => {
    trunkline.scope.store.journal.unsettled = down;
    const { value } = await trunkline.call("exotel_unmap_phone_number", { trunk_sid, phone_number: "+918044319240" });
    expect(value).toMatchObject({ code: "not_found", applied: false });
  });

  test("when the snapshot of a delete is to be kept: nothing is deleted", async () => {
    const { approval } = (await remove()).value;
    trunkline.scope.store.snapshots.keep = down;
    const before = writes();
    expect((await remove(approval)).value).toMatchObject({ code: "internal", applied: false });
    expect(writes()).toBe(before);
  });
});

test("a delete that fails leaves its snapshot: it was kept before", async () => {
  const { snapshots } = trunkline.scope.store;
  const kept: string[] = [];
  const { keep } = snapshots;
  snapshots.keep = async (principal, state) => {
    kept.push(await keep(principal, state));
    return kept.at(-1) ?? "";
  };
  const { approval } = (await remove()).value;
  trunkline.sandbox.script({ kind: "status", status: 503, method: "DELETE", times: 10 });
  expect((await remove(approval)).isError).toBe(true);
  expect(await snapshots.find("tester", kept[0] ?? "")).toBeDefined();
});
