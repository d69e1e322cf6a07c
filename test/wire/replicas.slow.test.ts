import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RateSlots } from "../../src/core/carrier/rate-slots.ts";
import type { RateLimit } from "../../src/core/carrier/wire.ts";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import { silentLog } from "../../src/core/log.ts";
import { Secret } from "../../src/core/secret.ts";
import { openDatabase } from "../../src/store/open.ts";
import { postgresSlots } from "../../src/store/rate-slots.ts";
import type { Sql } from "../../src/store/sql.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import { MASTER_KEY } from "../store/place.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { account, readAll } from "./carrier.ts";

const didww: RateLimit = { calls: 10, perMs: 1_000 };

let server: Postgres;
let url: string;
let databases: Sql[];
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.database();
  databases = [];
});
afterEach(() => Promise.all(databases.map((sql) => sql.close())));

async function database(answerMs = 10_000): Promise<Sql> {
  const { sql } = await openDatabase({ url: new Secret(url), masterKey: new Secret(MASTER_KEY), answerMs });
  databases.push(sql);
  return sql;
}

/** A replica's clock that is wrong, as clocks are. */
const skewed = (byMs: number): Clock => ({ ...systemClock, now: () => Date.now() + byMs });

describe("replicas that use one account", () => {
  let carrier: Server;
  let inWindow: number[];
  let refused: number;
  let mostAtOnce: number;
  /** How many calls a second the carrier takes. */
  let takes: number;

  beforeEach(async () => {
    inWindow = [];
    refused = 0;
    mostAtOnce = 0;
    takes = didww.calls;
    let underWay = 0;
    // Counts as the carrier's emulator does: exactly, in any window.
    carrier = createServer(async (_, response) => {
      mostAtOnce = Math.max(mostAtOnce, ++underWay);
      await delay(10);
      underWay -= 1;
      const now = Date.now();
      inWindow = inWindow.filter((time) => time > now - didww.perMs);
      const admitted = inWindow.length < takes;
      if (admitted) inWindow.push(now);
      else refused += 1;
      response.writeHead(admitted ? 200 : 429, { "content-type": "application/json" }).end('{"records":[]}');
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => carrier.once("listening", resolve));
  });
  afterEach(() => carrier.close());

  const replica = async (clock: Clock, answerMs?: number, limit: RateLimit = didww) => {
    takes = limit.calls;
    const sql = await database(answerMs);
    const openWire = createOpenWire({ clock, log: silentLog, slots: postgresSlots(async () => sql) });
    return openWire({ ...account, baseUrl: `http://127.0.0.1:${(carrier.address() as AddressInfo).port}`, limit });
  };

  test("never exceed its rate together, whatever their clocks say, and none of them starves", async () => {
    const wires = await Promise.all([0, 5_000, -60_000].map((byMs) => replica(skewed(byMs))));
    const order: number[] = [];
    const calls = wires.flatMap((wire, index) =>
      // Four callers each, who make the next call as soon as the last one was answered.
      Array.from({ length: 4 }, async () => {
        for (let count = 0; count < 5; count++) {
          await wire.send(readAll());
          order.push(index);
        }
      }),
    );
    await Promise.all(calls);
    expect([order.length, refused]).toEqual([60, 0]);
    // Before the first of them had all that it wanted, each got some.
    const ends = wires.map((_, index) => order.lastIndexOf(index));
    expect(new Set(order.slice(0, Math.min(...ends))).size).toBe(wires.length);
  });

  test("never have more calls under way together than it permits at once", async () => {
    const limit = { calls: 1_000, perMs: 1_000, atOnce: 2 };
    const wires = await Promise.all([0, 5_000, -60_000].map((byMs) => replica(skewed(byMs), undefined, limit)));
    await Promise.all(wires.flatMap((wire) => Array.from({ length: 8 }, () => wire.send(readAll()))));
    expect(mostAtOnce).toBe(2);
    mostAtOnce = 0;
    const free = await Promise.all([0, 0].map((byMs) => replica(skewed(byMs), undefined, { calls: 1_000, perMs: 1_000 })));
    await Promise.all(free.flatMap((wire) => Array.from({ length: 8 }, () => wire.send(readAll()))));
    expect(mostAtOnce).toBeGreaterThan(2);
  });

  test("go on reading while the database is away, each with a small part of the rate", async () => {
    const wires = await Promise.all([0, 0].map((byMs) => replica(skewed(byMs), 1_000)));
    await Promise.all(wires.map((wire) => wire.send(readAll())));
    await server.halt();
    await Promise.all(wires.map((wire) => wire.send(readAll())));
    await server.resume();
    expect(refused).toBe(0);
  });
});

describe("slots in Postgres", () => {
  let sql: Sql;
  let asked: string[];
  let slots: RateSlots;
  beforeEach(async () => {
    sql = await database();
    asked = [];
    const query: Sql["query"] = (text, values) => {
      asked.push(text);
      return sql.query(text, values);
    };
    slots = postgresSlots(async () => ({ ...sql, query }));
  });

  test("are taken in one round trip, by as many callers as wait", async () => {
    await slots.take("a", didww, 1);
    asked = [];
    const { slots: taken, waitsMs } = await slots.take("a", didww, 8);
    expect([taken.length, waitsMs.length, asked.length]).toEqual([8, 1, 1]);
    const rest = await slots.take("a", didww, 8);
    expect([rest.slots.length, rest.waitsMs.length]).toEqual([1, 8]);
    expect((await slots.take("b", didww, 8)).slots).toHaveLength(8);
  });

  test("are given out once, however many ask at the same moment", async () => {
    const replicas = await Promise.all([1, 2, 3].map(() => database()));
    const asks = Array.from({ length: 30 }, (_, index) => postgresSlots(async () => replicas[index % 3] as Sql).take("a", didww, 2));
    const taken = (await Promise.all(asks)).flatMap(({ slots: each }) => each);
    expect(taken).toHaveLength(didww.calls);
  });

  test("are free a window after they were left, and later when nobody leaves them", async () => {
    const one = { calls: 1, perMs: 1_500 };
    const [place] = (await slots.take("a", one, 1)).slots;
    await delay(100);
    const { waitsMs } = await slots.take("a", one, 1);
    expect(waitsMs[0]).toBeLessThanOrEqual(1_402);
    await delay(1_450);
    // Its call is not answered: no window has begun to pass.
    expect((await slots.take("a", one, 1)).slots).toEqual([]);
    await place?.leave();
    const later = await slots.take("a", one, 1);
    expect([later.slots, later.waitsMs.length]).toEqual([[], 1]);
    await delay(1_510);
    expect((await slots.take("a", one, 1)).slots).toHaveLength(1);
  });

  test("that were held too long are another's, and cannot be left by the first", async () => {
    const one = { calls: 1, perMs: 60_000 };
    const [late] = (await slots.take("a", one, 1)).slots;
    await sql.query("UPDATE trunkline_places SET look_at = 1, free_at = 1");
    expect((await slots.take("a", one, 1)).slots).toHaveLength(1);
    const before = await sql.query("SELECT * FROM trunkline_places");
    await late?.leave();
    expect(await sql.query("SELECT * FROM trunkline_places")).toEqual(before);
  });

  test("follow a limit that was raised, and come back when they were tidied away", async () => {
    await slots.take("a", { calls: 1, perMs: 60_000 }, 1);
    expect((await slots.take("a", { calls: 3, perMs: 60_000 }, 5)).slots).toHaveLength(2);
    await sql.query("DELETE FROM trunkline_places");
    expect((await slots.take("a", didww, 5)).slots).toHaveLength(5);
  });
});
