import { describe, expect, test } from "vitest";
import { serverSettings } from "../../src/core/config.ts";
import { Secret } from "../../src/core/secret.ts";
import { locationOf, tenantIn } from "../../src/store/configured.ts";
import { openDatabase } from "../../src/store/open.ts";
import { createStore } from "../../src/store/store.ts";
import { tidy } from "../../src/store/tidy.ts";
import { deletionOf } from "../support/consequence.ts";
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

  test("a database where one is named, in which what is only tried out has rows of its own", () => {
    const settings = { TRUNKLINE_STORE: url, TRUNKLINE_MASTER_KEY: masterKey };
    const location = at(settings, false);
    expect(location).toEqual({ url: expect.any(Secret), masterKey: expect.any(Secret) });
    expect(JSON.stringify(location)).not.toContain("canary");
    expect(at(settings, true)).toEqual(location);
    expect([tenantIn(location, "acme", false), tenantIn(location, "acme", true)]).toEqual(["acme", "sandbox/acme"]);
    expect(tenantIn({ file: "sandbox.db" }, "local", true)).toBe("local");
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
      approval: await store.approvals.ask(call, deletionOf("a"), false),
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

  test("takes every tenant of a database where none is named, expired answers and idle accounts", async () => {
    const { sql, sealing } = await openDatabase({ file: ":memory:" });
    const clock = heldClock();
    const stores = ["acme", "zenith"].map((tenant) => createStore({ sql, tenant, clock }, sealing));
    const old = clock.now();
    for (const { journal, claims } of stores) {
      await journal.settle(await journal.intend({ ...call, requestId: "r", redacted: {} }), "done");
      await claims.claim("old", "a", DAY);
    }
    const cached = "INSERT INTO trunkline_cache (tenant, name, content, expires_at) VALUES (?, ?, '', ?)";
    const place = "INSERT INTO trunkline_places (account, place, look_at, free_at) VALUES (?, ?, 0, ?)";
    clock.pass(31 * DAY);
    await sql.query(cached, ["acme", "old", clock.now()]);
    await sql.query(cached, ["zenith", "young", clock.now() + 1]);
    await sql.query(place, ["idle", 1, old]);
    await sql.query(place, ["busy", 1, old]);
    await sql.query(place, ["busy", 2, clock.now()]);
    await tidy({ sql, clock }, 30);
    expect(await Promise.all(stores.map(({ journal }) => journal.rows(0, 10)))).toEqual([[], []]);
    expect(await sql.query("SELECT name FROM trunkline_claims")).toEqual([]);
    expect(await sql.query("SELECT name FROM trunkline_cache")).toEqual([{ name: "young" }]);
    expect(await sql.query("SELECT account, place FROM trunkline_places")).toEqual([
      { account: "busy", place: 1 },
      { account: "busy", place: 2 },
    ]);
    await sql.close();
  });
});
