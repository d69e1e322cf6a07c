import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { openStore } from "../../src/store/open.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { describeContract } from "./contract.ts";
import { describeJournal } from "./journal-contract.ts";
import { openAt, type Place, sqlitePlace } from "./place.ts";
import { describeProcesses } from "./processes.ts";

describe("SQLite", () => {
  describeContract(sqlitePlace);
  describeJournal(sqlitePlace);
  describeProcesses(sqlitePlace);
});

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("the state file", () => {
  let place: Place;
  let file: string;
  beforeEach(async () => {
    place = await sqlitePlace();
    if ("file" in place.plain) file = place.plain.file;
  });
  afterEach(() => place.remove());

  test.each([0o022, 0o000])("and those beside it are its owner's alone, umask %o", async (mask) => {
    const before = process.umask(mask);
    const store = await openAt(place, systemClock);
    await store.secrets.keep(new Secret("value", "exotel/a/sip"));
    process.umask(before);
    expect(mode(dirname(file))).toBe("700");
    const files = [file, `${file}-wal`, `${file}-shm`];
    expect(files.map((path) => existsSync(path) && mode(path))).toEqual(["600", "600", "600"]);
    await store.close();
  });

  test("that others could read is closed to them; the folder that somebody made stays as it is", async () => {
    mkdirSync(dirname(file), { mode: 0o755 });
    writeFileSync(file, "", { mode: 0o644 });
    chmodSync(dirname(file), 0o755);
    await (await openAt(place, systemClock)).close();
    expect([mode(file), mode(dirname(file))]).toEqual(["600", "755"]);
  });

  test("is written by Node's own SQLite where Node has a fit one, and by libsql elsewhere", async () => {
    const version = "SELECT sqlite_version() AS version";
    const ofLibsql = new Database(":memory:").prepare(version).all();
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    const own = major > 22 || (major === 22 && minor >= 16) ? [{ version: process.versions["sqlite"] }] : ofLibsql;
    expect(process.versions["sqlite"]).not.toBe((ofLibsql[0] as { version: string }).version);
    const sql = await openSqlite(file);
    expect(await sql.query(version)).toEqual(own);
    await sql.close();
  });

  test("is written through to the disk, in WAL mode", async () => {
    const store = await openAt(place, systemClock);
    expect(await place.raw("PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
    await store.close();
  });

  test("that cannot be opened is refused with a sentence, each time anew", async () => {
    writeFileSync(dirname(file), "a file where the folder should be");
    await expect(openAt(place, systemClock)).rejects.toThrow("Trunkline cannot reach its own state (EEXIST)");
  });

  test("that is no database is left alone", async () => {
    mkdirSync(dirname(file));
    writeFileSync(file, "something else entirely, longer than a header of a hundred bytes. ".repeat(20));
    await expect(openAt(place, systemClock)).rejects.toThrow(/cannot reach its own state \(SQLITE_NOTADB\)/);
  });

  test("can be no file at all", async () => {
    const store = await openStore({ location: { file: ":memory:" }, tenant: "local", clock: systemClock });
    await store.memory("a").remember("k", 1);
    expect(await store.memory("a").recall("k")).toBe(1);
    await store.close();
  });
});
