import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { silentLog } from "../../src/core/log.ts";
import { Secret } from "../../src/core/secret.ts";
import type { Change, ChangeBus } from "../../src/core/store/changes.ts";
import { postgresChanges } from "../../src/store/changes.ts";
import { localChanges } from "../../src/store/local-changes.ts";
import { openStore } from "../../src/store/open.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import type { Sql } from "../../src/store/sql.ts";
import { onServer, type Postgres, startPostgres } from "../support/postgres.ts";
import { call } from "./call.ts";
import { MASTER_KEY } from "./place.ts";

let server: Postgres;
let url: string;
let sql: Sql;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.database();
  sql = await openPostgres(new Secret(url), 5_000);
});
afterEach(() => sql.close());

/** Until it holds; the test's own time limit ends it otherwise. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(20);
}

const listening = async (count: number) =>
  (await onServer(url, "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")).length === count;

interface Ear {
  bus: ChangeBus;
  heard: [string, Change][];
}

function subscribed(bus: ChangeBus): Ear {
  const heard: Ear["heard"] = [];
  for (const tenant of ["acme", "zenith"]) bus.subscribe(tenant, (change) => heard.push([tenant, change]));
  return { bus, heard };
}

const changed = (id: string): Change => ({ list: false, uris: [`trunks://exotel/${id}`] });

describe("changes in one process", () => {
  test("reach the subscribers of their tenant until they unsubscribe, one that fails does not hinder the others", async () => {
    const bus = localChanges(silentLog);
    bus.subscribe("acme", () => {
      throw new Error("gone");
    });
    const { heard } = subscribed(bus);
    const more: Change[] = [];
    const end = bus.subscribe("acme", (change) => more.push(change));
    await bus.publish("acme", changed("a"));
    end();
    await bus.publish("acme", changed("b"));
    await bus.publish("nobody", changed("c"));
    expect(heard).toEqual([
      ["acme", changed("a")],
      ["acme", changed("b")],
    ]);
    expect(more).toEqual([changed("a")]);
  });
});

describe("changes of several replicas", () => {
  let ears: Ear[];
  let speaker: ChangeBus;
  beforeEach(async () => {
    const setup = { url: new Secret(url), open: async () => sql, log: silentLog };
    ears = [postgresChanges(setup), postgresChanges(setup)].map(subscribed);
    speaker = postgresChanges(setup);
    // A replica that only speaks needs no connection to listen on.
    await until(() => listening(2));
  });
  afterEach(() => Promise.all([speaker, ...ears.map(({ bus }) => bus)].map((bus) => bus.close())));

  /** Everything said before has been heard when this is, which comes from a third. */
  async function heardByAll(tenant: string, change: Change): Promise<void> {
    await speaker.publish(tenant, change);
    const last = JSON.stringify([tenant, change]);
    await until(() => ears.every(({ heard }) => heard.some((each) => JSON.stringify(each) === last)));
  }

  test("reach every replica once, their own included, and no other tenant", async () => {
    await ears[0]?.bus.publish("acme", changed("a"));
    await ears[1]?.bus.publish("zenith", { list: true, uris: [] });
    await heardByAll("acme", changed("last"));
    for (const { heard } of ears) {
      expect(heard.filter(([tenant]) => tenant === "acme")).toEqual([
        ["acme", changed("a")],
        ["acme", changed("last")],
      ]);
      expect(heard.filter(([tenant]) => tenant === "zenith")).toEqual([["zenith", { list: true, uris: [] }]]);
    }
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["null", "null"],
    ["a number", "7"],
    ["no tenant", '{"from":"x","list":true,"uris":[]}'],
    ["a list that is none", '{"from":"x","tenant":"acme","list":"yes","uris":[]}'],
    ["no uris", '{"from":"x","tenant":"acme","list":true,"uris":{}}'],
    ["a uri that is none", '{"from":"x","tenant":"acme","list":true,"uris":[{}]}'],
  ])("do not mind %s on their channel", async (_, payload) => {
    await onServer(url, "SELECT pg_notify('trunkline_changes', $1)", [payload]);
    await heardByAll("acme", changed("last"));
    for (const { heard } of ears) expect(heard).toEqual([["acme", changed("last")]]);
  });

  test("whose uri is too long for a notification are told as a change of the list", async () => {
    await ears[1]?.bus.publish("acme", changed("ü".repeat(5_000)));
    await heardByAll("acme", changed("last"));
    expect(ears[0]?.heard[0]).toEqual(["acme", { list: true, uris: [] }]);
  });

  test("of more trunks than a notification holds are told in several", async () => {
    const uris = Array.from({ length: 500 }, (_, index) => `trunks://exotel/${"x".repeat(60)}${index}`);
    await ears[1]?.bus.publish("acme", { list: true, uris });
    await heardByAll("acme", changed("last"));
    const heard = (ears[0]?.heard ?? []).map(([, change]) => change).slice(0, -1);
    expect(heard.length).toBeGreaterThan(1);
    expect(heard.filter(({ list }) => list)).toHaveLength(1);
    expect(heard.flatMap((change) => change.uris)).toEqual(uris);
  });

  test("are heard again after the database was away, and subscribers learn that they may have missed some", async () => {
    await server.halt();
    await ears[1]?.bus.publish("acme", changed("meanwhile"));
    expect(ears[1]?.heard).toEqual([["acme", changed("meanwhile")]]);
    expect(ears[0]?.heard).toEqual([]);
    await server.resume();
    // A replica that only speaks needs no connection to listen on.
    await until(() => listening(2));
    await until(() => ears.every(({ heard }) => heard.some(([, { list }]) => list)));
    await heardByAll("zenith", changed("after"));
    expect(ears[0]?.heard.filter(([, { uris }]) => uris.length > 0)).toEqual([["zenith", changed("after")]]);
  });
});

describe("a Postgres that is stopped and started", () => {
  test("refuses writes meanwhile, and takes them again afterwards, those of many callers too", async () => {
    const location = { url: new Secret(url), masterKey: new Secret(MASTER_KEY) };
    const store = await openStore({ location, tenant: "local", clock: systemClock });
    const intend = (requestId: string) => store.journal.intend({ ...call, requestId, redacted: {} });
    const many = (name: string) => Promise.allSettled(Array.from({ length: 30 }, (_, index) => intend(`${name} ${index}`)));
    await many("before");
    await server.halt();
    const began = Date.now();
    const refused = await many("meanwhile");
    expect(Date.now() - began).toBeLessThan(2_000);
    for (const { status } of refused) expect(status).toBe("rejected");
    await server.resume();
    // The first caller may find a connection that was broken; nobody after it does.
    await until(() =>
      intend("first").then(
        () => true,
        () => false,
      ),
    );
    const after = await many("after");
    expect(after.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => "fulfilled"));
    expect((await store.journal.verify()).problem).toBeUndefined();
    const rows = await store.journal.rows(0, 1_000);
    expect(rows.filter(({ requestId }) => requestId.startsWith("meanwhile"))).toEqual([]);
    await store.close();
  });
});
