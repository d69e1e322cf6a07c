import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Cache } from "../../src/core/store/cache.ts";
import { createCache } from "../../src/store/cache.ts";
import { openDatabase } from "../../src/store/open.ts";
import { type Queries, type Sql, storeFailure } from "../../src/store/sql.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { type Place, postgresPlace, sqlitePlace } from "./place.ts";

const MINUTE = 60_000;

let server: Postgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

describe.each([
  ["SQLite", sqlitePlace],
  ["Postgres", () => postgresPlace(server)],
] as const)("a cache that replicas share, on %s", (_, newPlace) => {
  let place: Place;
  let databases: Sql[];
  let [one, another, elsewhere]: Cache[] = [];
  beforeEach(async () => {
    place = await newPlace();
    databases = [(await openDatabase(place.location)).sql, (await openDatabase(place.location)).sql];
    const [first, second] = databases;
    one = createCache("acme", async () => first as Sql);
    another = createCache("acme", async () => second as Sql);
    elsewhere = createCache("zenith", async () => second as Sql);
  });
  afterEach(async () => {
    await Promise.all(databases.map((sql) => sql.close()));
    await place.remove();
  });

  test("answers on one what another kept, and nothing of another tenant", async () => {
    const value = { items: ["a", "ü", 1, null], nested: { deep: true } };
    await one?.set("key", value, MINUTE);
    expect(await another?.get("key")).toEqual(value);
    expect(await elsewhere?.get("key")).toBeUndefined();
    await another?.set("key", "newer", MINUTE);
    expect(await one?.get("key")).toBe("newer");
  });

  test("is cleared for all replicas by one, for its own tenant", async () => {
    await one?.set("a", 1, MINUTE);
    await one?.set("b", 2, MINUTE);
    await elsewhere?.set("a", 3, MINUTE);
    await another?.clear();
    expect(await Promise.all([one?.get("a"), one?.get("b"), elsewhere?.get("a")])).toEqual([undefined, undefined, 3]);
  });

  test("forgets what has expired, and misses what is not what it wrote", async () => {
    await one?.set("short", 1, 20);
    await delay(40);
    expect(await another?.get("short")).toBeUndefined();
    await one?.set("broken", 1, MINUTE);
    await databases[0]?.query("UPDATE trunkline_cache SET content = '{' WHERE name = 'broken'");
    expect(await one?.get("broken")).toBeUndefined();
  });
});

describe("a cache whose database fails", () => {
  test("misses, and no call fails by it, whether it opened or not", async () => {
    const failing = () => Promise.reject(storeFailure(undefined));
    for (const open of [failing, async (): Promise<Queries> => ({ query: failing })]) {
      const cache = createCache("acme", open);
      await cache.set("key", 1, MINUTE);
      await cache.clear();
      expect(await cache.get("key")).toBeUndefined();
    }
  });

  test("does not answer, once the database is back, what it could not clear", async () => {
    const { sql } = await openDatabase({ file: ":memory:" });
    let away = false;
    const query: Queries["query"] = (text, values) => (away ? Promise.reject(storeFailure(undefined)) : sql.query(text, values));
    const cache = createCache("acme", async () => ({ query }));
    await cache.set("key", "before the write", MINUTE);
    away = true;
    await cache.clear();
    away = false;
    expect(await cache.get("key")).toBeUndefined();
    await cache.set("key", "after it", MINUTE);
    expect(await cache.get("key")).toBe("after it");
    await sql.close();
  });
});
