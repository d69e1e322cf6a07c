import { describe, expect, test } from "vitest";
import { serverSettings } from "../../src/core/config.ts";
import { Secret } from "../../src/core/secret.ts";
import { locationOf } from "../../src/store/configured.ts";
import { openDatabase } from "../../src/store/open.ts";
import { createStore } from "../../src/store/store.ts";
import { tidy } from "../../src/store/tidy.ts";
import { call } from "./call.ts";
import { heldClock } from "./place.ts";

const url = "postgres://user:~canary~@db.example/trunkline";
const masterKey = Buffer.alloc(32).toString("base64");

describe("where the settings put the state", () => {
  const at = (settings: Record<string, string>, sandbox: boolean) =>
    locationOf(serverSettings.parse(settings), { HOME: "/home/ann", XDG_STATE_HOME: "/state", LOCALAPPDATA: "/state" }, sandbox);

  test("a file of its own for real state and for the sandbox", () => {
    expect(at({ TRUNKLINE_HOME: "/srv/trunkline" }, false)).toEqual({ file: "/srv/trunkline/trunkline.db" });
    expect(at({ TRUNKLINE_HOME: "/srv/trunkline" }, true)).toEqual({ file: "/srv/trunkline/sandbox.db" });
    expect(at({}, false)).toEqual({ file: expect.stringMatching(/trunkline\/trunkline\.db$/i) });
  });

  test("a database where one is named, but never what is only tried out", () => {
    const settings = { TRUNKLINE_STORE: url, TRUNKLINE_MASTER_KEY: masterKey };
    const location = at(settings, false);
    expect(location).toEqual({ url: expect.any(Secret), masterKey: expect.any(Secret) });
    expect(JSON.stringify(location)).not.toContain("canary");
    expect(at(settings, true)).toHaveProperty("file");
  });
});

describe("tidying", () => {
  const DAY = 86_400_000;

  test("forgets what is older than the days that are kept, and no claim that still holds", async () => {
    const { sql, sealing } = await openDatabase({ file: ":memory:" });
    const clock = heldClock();
    const tenancy = { sql, tenant: "local", clock };
    const store = createStore(tenancy, sealing);
    const write = async () => store.journal.settle(await store.journal.intend({ ...call, requestId: "r", redacted: {} }), "done");
    const keep = async () => ({
      approval: await store.approvals.ask(call, { confirm: "a", sentences: [], state: {} }, false),
      snapshot: await store.snapshots.keep("ann", { a: 1 }),
    });
    await write();
    await store.claims.claim("old", "a", DAY);
    const old = await keep();
    clock.pass(31 * DAY);
    await write();
    await store.claims.claim("held", "a", DAY);
    const young = await keep();
    await tidy(tenancy, 30);
    expect((await store.journal.rows(0, 10)).map(({ seq }) => seq)).toEqual([3, 4]);
    expect(await store.journal.verify()).toEqual({ rows: 2, problem: undefined });
    expect([await store.approvals.find(old.approval), await store.snapshots.find("ann", old.snapshot)]).toEqual([undefined, undefined]);
    expect(await store.approvals.find(young.approval)).toBeDefined();
    expect(await store.snapshots.find("ann", young.snapshot)).toEqual({ a: 1 });
    expect(await sql.query("SELECT name FROM trunkline_claims")).toEqual([{ name: "held" }]);
    await sql.close();
  });
});
