import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import type { Journals } from "../../src/core/store/journal.ts";
import type { Store } from "../../src/core/store/store.ts";
import { sqlJournals } from "../../src/store/journals.ts";
import { type Location, openDatabase } from "../../src/store/open.ts";
import type { Sql } from "../../src/store/sql.ts";
import { createStore } from "../../src/store/store.ts";
import { call } from "./call.ts";
import { type HeldClock, heldClock, MASTER_KEY, type NewPlace, type Place, sqlitePlace } from "./place.ts";

const DAY = 86_400_000;

/** A file whose journals are sealed. */
export async function keyedSqlitePlace(): Promise<Place> {
  const place = await sqlitePlace();
  return { ...place, location: { ...place.location, masterKey: new Secret(MASTER_KEY) } };
}

const headOf = (seq: number) =>
  `UPDATE trunkline_journal_heads SET seq = ${seq}, hash = (SELECT hash FROM trunkline_journal WHERE seq = ${seq} AND tenant = 'acme') WHERE tenant = 'acme'`;
const anchorOf = (seq: number) =>
  `UPDATE trunkline_journal_heads SET anchor_seq = ${seq}, anchor_hash = (SELECT hash FROM trunkline_journal WHERE seq = ${seq} AND tenant = 'acme') WHERE tenant = 'acme'`;
const rows = (which: string) => `DELETE FROM trunkline_journal WHERE tenant = 'acme' AND ${which}`;
const head = "DELETE FROM trunkline_journal_heads WHERE tenant = 'acme'";
const unseal = "UPDATE trunkline_journal_heads SET seal = NULL WHERE tenant = 'acme'";

/** Cuts that need no hash computed: all that they write was in the database. */
const cuts: [string, string[]][] = [
  ["the last rows, and the head set to the row before", [headOf(4), rows("seq > 4")]],
  ["the first rows, and the anchor set to the last of them", [anchorOf(2), rows("seq <= 2")]],
  ["all rows, as if they had been pruned", [anchorOf(6), rows("seq > 0")]],
  ["all rows and the head", [rows("seq > 0"), head]],
  ["the seal", [unseal]],
  ["the seal and the last rows", [unseal, headOf(4), rows("seq > 4")]],
];

/** The contract of a key outside the database: what it finds at the ends of a journal, and at whole journals. */
export function describeEnds(newPlace: NewPlace): void {
  let place: Place;
  let clock: HeldClock;
  let sql: Sql;
  let journals: Journals;
  let storeOf: (tenant: string) => Store;

  async function open(location: Location, options?: { anyKey: boolean }): Promise<void> {
    const database = await openDatabase(location, options);
    sql = database.sql;
    journals = sqlJournals(sql, clock, "here");
    storeOf = (tenant) => createStore({ sql, tenant, clock }, database.sealing);
  }
  async function reopen(masterKey: string | undefined): Promise<void> {
    await sql.close();
    await open({ ...place.location, masterKey: masterKey === undefined ? undefined : new Secret(masterKey) });
  }

  beforeEach(async () => {
    place = await newPlace();
    clock = heldClock();
    await open(place.location);
  });
  afterEach(async () => {
    await sql.close();
    await place.remove();
  });

  async function write(tenant = "acme", writes = 3): Promise<void> {
    const { journal } = storeOf(tenant);
    for (let row = 0; row < writes; row++) {
      await journal.settle(await journal.intend({ ...call, requestId: "r", redacted: {} }), "done");
    }
  }
  async function run(statements: string[]): Promise<void> {
    for (const statement of statements) await place.raw(statement);
  }
  const problem = async (tenant = "acme") => (await journals.audit(tenant)).problem;

  test("a sealed journal holds, tells its end, and goes on", async () => {
    await write();
    const audit = await journals.audit("acme");
    expect(audit).toEqual({ rows: 6, problem: undefined, end: { seq: 6, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }, sealedFrom: 1 });
    await write();
    expect(await journals.audit("acme", audit.end)).toMatchObject({ rows: 12, problem: undefined, sealedFrom: 1 });
    expect(await journals.list()).toEqual({ tenants: ["acme"], holds: true });
  });

  test.each(cuts)("notices that somebody removed %s, and the next write heals nothing", async (_, statements) => {
    await write("zenith");
    await write();
    await run(statements);
    expect(await problem()).toBeDefined();
    expect((await journals.list()).tenants).toEqual(["acme", "zenith"]);
    await write("acme", 1);
    expect(await problem()).toBeDefined();
    expect(await problem("zenith")).toBeUndefined();
  });

  test("notices a tenant's new name, and that the old one is gone", async () => {
    await write();
    for (const table of ["trunkline_journal", "trunkline_journal_heads"]) await place.raw(`UPDATE ${table} SET tenant = 'other'`);
    expect(await problem("other")).toMatchObject({ seq: 1 });
    expect(await problem("acme")).toEqual({ seq: 1, what: "is missing: the whole journal was removed" });
    expect(await journals.list()).toEqual({ tenants: ["acme", "other"], holds: true });
  });

  test("notices a whole chain that was computed anew without the key", async () => {
    await write();
    await run([rows("seq > 0"), head]);
    await reopenUnkeyed();
    await write("acme", 5);
    await reopenKeyed();
    expect(await problem()).toMatchObject({ seq: 10 });
  });

  test.each([
    ["removed", "DELETE FROM trunkline_journal_roll"],
    ["emptied", "UPDATE trunkline_journal_roll SET tenants = '{}', seal = ''"],
    ["changed", "UPDATE trunkline_journal_roll SET tenants = '{\"zenith\":1}'"],
  ])("notices that the roll of tenants was %s, before and after another tenant begins", async (_, change) => {
    await write();
    await write("zenith");
    await run([rows("seq > 0"), head, change]);
    expect((await journals.list()).holds).toBe(false);
    await write("third");
    expect((await journals.list()).holds).toBe(false);
  });

  test("keeps its seal when it is pruned, to the last row too", async () => {
    await write();
    clock.pass(10 * DAY);
    await write("acme", 1);
    expect(await storeOf("acme").journal.prune(clock.now() - DAY)).toBe(6);
    expect(await journals.audit("acme")).toMatchObject({ rows: 2, problem: undefined, sealedFrom: 1 });
    clock.pass(DAY);
    expect(await storeOf("acme").journal.prune(clock.now())).toBe(2);
    expect(await journals.audit("acme")).toMatchObject({ rows: 0, problem: undefined, sealedFrom: 1, end: { seq: 8 } });
  });

  test("is not pruned when its ends do not fit their seal: they are evidence", async () => {
    await write();
    await run([headOf(4), rows("seq > 4")]);
    clock.pass(DAY);
    expect(await storeOf("acme").journal.prune(clock.now())).toBe(0);
  });

  test("of tenants that begin at once are all on the roll", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `tenant ${String(index).padStart(2, "0")}`);
    await Promise.all(names.map((name) => write(name, 1)));
    expect(await journals.list()).toEqual({ tenants: names, holds: true });
    for (const name of names) expect(await journals.audit(name)).toMatchObject({ rows: 2, problem: undefined, sealedFrom: 1 });
  });

  test("with a row that somebody noted: it must be there, with its hash, or be the last that was pruned", async () => {
    await write();
    const { end } = await journals.audit("acme");
    const noted = end ?? { seq: 0, hash: "" };
    expect((await journals.audit("acme", { ...noted, hash: "0".repeat(64) })).problem).toEqual({
      seq: 6,
      what: "has another hash than was expected",
    });
    expect((await journals.audit("acme", { ...noted, seq: 7 })).problem).toEqual({ seq: 7, what: "is gone, which was expected" });
    clock.pass(DAY);
    await storeOf("acme").journal.prune(clock.now());
    expect((await journals.audit("acme", noted)).problem).toBeUndefined();
    await write("acme", 1);
    clock.pass(DAY);
    await storeOf("acme").journal.prune(clock.now());
    expect((await journals.audit("acme", noted)).problem).toMatchObject({ seq: 6 });
  });

  describe("under another key", () => {
    const OTHER = Buffer.alloc(32, 9).toString("base64");

    test("does not hold, until somebody who looked seals it as it is", async () => {
      await write("zenith");
      await write();
      await expect(reopen(OTHER)).rejects.toThrow("is not the key with which this state was sealed");
      await open({ ...place.location, masterKey: new Secret(OTHER) }, { anyKey: true });
      expect(await problem()).toMatchObject({ seq: 6, what: expect.stringContaining("another TRUNKLINE_MASTER_KEY") });
      expect((await journals.list()).holds).toBe(false);
      for (const tenant of ["acme", "zenith"]) expect(await journals.seal(tenant)).toBe(true);
      expect(await journals.list()).toEqual({ tenants: ["acme", "zenith"], holds: true });
      await write();
      expect(await journals.audit("acme")).toMatchObject({ rows: 12, problem: undefined, sealedFrom: 6 });
    });

    test("a chain that does not hold is not sealed, and a journal that is gone leaves the roll", async () => {
      await write("zenith");
      await write();
      await run(["UPDATE trunkline_journal SET tool = 'x' WHERE tenant = 'zenith' AND seq = 2", rows("seq > 0"), head]);
      expect([await journals.seal("zenith"), await journals.seal("acme")]).toEqual([false, true]);
      expect(await journals.list()).toEqual({ tenants: ["zenith"], holds: true });
    });
  });

  /** As whoever has the database alone writes: Postgres opens with no less than some key. */
  async function reopenUnkeyed(): Promise<void> {
    await sql.close();
    const { sql: unkeyed, sealing } = await openDatabase(place.location);
    sql = { ...unkeyed, journalSeal: undefined };
    journals = sqlJournals(sql, clock, "here");
    storeOf = (tenant) => createStore({ sql, tenant, clock }, sealing);
  }
  const reopenKeyed = () => reopen(MASTER_KEY);

  describe("without the key", () => {
    test("nothing is appended to a sealed journal, and nothing pruned", async () => {
      await write();
      await reopenUnkeyed();
      await expect(write()).rejects.toThrow("The journal is sealed with TRUNKLINE_MASTER_KEY");
      clock.pass(DAY);
      expect(await storeOf("acme").journal.prune(clock.now())).toBe(0);
      expect(await journals.audit("acme")).toMatchObject({ rows: 6, problem: undefined, sealedFrom: undefined });
      await reopenKeyed();
      expect(await journals.audit("acme")).toMatchObject({ rows: 6, problem: undefined, sealedFrom: 1 });
    });

    test("rows are not sealed; with one they are from where somebody seals them", async () => {
      await reopenUnkeyed();
      await write();
      expect(await journals.seal("acme")).toBe(false);
      await reopenKeyed();
      await write("acme", 1);
      expect(await journals.audit("acme")).toMatchObject({ rows: 8, problem: undefined, sealedFrom: undefined });
      expect(await journals.seal("acme")).toBe(true);
      await write("acme", 1);
      expect(await journals.audit("acme")).toMatchObject({ rows: 10, problem: undefined, sealedFrom: 8 });
    });
  });
}
