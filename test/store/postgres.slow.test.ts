import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { type OpenStore, openStore } from "../../src/store/open.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { describeContract } from "./contract.ts";
import { describeEnds } from "./ends-contract.ts";
import { describeJournal } from "./journal-contract.ts";
import { heldClock, MASTER_KEY, openAt, type Place, postgresPlace } from "./place.ts";
import { describeProcesses } from "./processes.ts";
import { describeTrunks } from "./trunk-contract.ts";

let server: Postgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

function urlOf({ plain }: Place): string {
  if ("file" in plain) throw new Error("not a place in Postgres");
  return plain.url;
}

describe("Postgres", () => {
  describeContract(() => postgresPlace(server));
  describeJournal(() => postgresPlace(server));
  describeTrunks(() => postgresPlace(server));
  describeEnds(() => postgresPlace(server));
  describeProcesses(() => postgresPlace(server));
});

describe("secrets in Postgres", () => {
  let place: Place;
  let store: OpenStore;
  beforeEach(async () => {
    place = await postgresPlace(server);
    store = await openAt(place, heldClock());
    await store.secrets.keep(new Secret("Correct_Horse_1", "exotel/a/sip"));
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  const withKey = (masterKey: string | undefined) => {
    const location = { url: new Secret(urlOf(place)), masterKey: masterKey === undefined ? undefined : new Secret(masterKey) };
    return openStore({ location, tenant: "local", clock: systemClock });
  };

  test("are sealed, each time otherwise", async () => {
    const [first] = await place.raw("SELECT * FROM trunkline_secrets");
    await store.secrets.keep(new Secret("Correct_Horse_1", "exotel/a/sip"));
    const [second] = await place.raw("SELECT * FROM trunkline_secrets");
    expect(JSON.stringify(first)).not.toMatch(/Correct|Q29ycmVjd|436f7272/);
    expect(first?.["content"]).not.toBe(second?.["content"]);
  });

  test.each(["base64", "hex"] as const)("open with the same key written in %s, and with no other", async (encoding) => {
    const same = await withKey(Buffer.from(MASTER_KEY, "base64").toString(encoding));
    expect((await same.secrets.find("exotel/a/sip"))?.reveal()).toBe("Correct_Horse_1");
    await same.close();
    await expect(withKey(Buffer.alloc(32, 8).toString(encoding))).rejects.toThrow("does not open with this TRUNKLINE_MASTER_KEY");
  });

  test.each([
    ["moved to another ref", "UPDATE trunkline_secrets SET ref = 'exotel/b/sip'", "exotel/b/sip", "local"],
    ["moved to another tenant", "UPDATE trunkline_secrets SET tenant = 'other'", "exotel/a/sip", "other"],
    ["changed", "UPDATE trunkline_secrets SET content = left(content, -2) || 'AA'", "exotel/a/sip", "local"],
    ["cut short", "UPDATE trunkline_secrets SET content = left(content, 20)", "exotel/a/sip", "local"],
    ["replaced by a plain one", "UPDATE trunkline_secrets SET content = 'plain'", "exotel/a/sip", "local"],
  ])("do not open when %s", async (_, change, ref, tenant) => {
    const reader = await openAt(place, heldClock(), tenant);
    await place.raw(change);
    await expect(reader.secrets.find(ref)).rejects.toThrow("does not open");
    await reader.close();
    await expect(openAt(place, heldClock(), tenant)).rejects.toThrow("does not open");
  });

  test.each([undefined, "too short", MASTER_KEY.slice(1)])(
    "are not kept without a key of 32 bytes (%s): the store does not open",
    async (key) => {
      await expect(withKey(key)).rejects.toThrow("openssl rand -base64 32");
    },
  );
});

describe("a Postgres that is gone", () => {
  let place: Place;
  let gate: { server: Server; sockets: Socket[]; silent: boolean };
  let store: OpenStore;

  /** A way to the server that can be closed, or go silent as a cable does that is pulled. */
  async function openGate(): Promise<void> {
    const sockets: Socket[] = [];
    const opened = { server: createServer(), sockets, silent: false };
    opened.server.on("connection", (near) => {
      const far = connect(server.port, "127.0.0.1");
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.push(from.on("error", () => {}).on("close", () => opened.silent || to.destroy()));
        from.on("data", (data) => opened.silent || to.write(data));
      }
    });
    opened.server.listen(0, "127.0.0.1");
    await once(opened.server, "listening");
    gate = opened;
  }

  function throughGate(): Secret {
    const url = new URL(urlOf(place));
    url.port = String((gate.server.address() as AddressInfo).port);
    return new Secret(url.href);
  }

  function closeGate(): void {
    gate.server.close();
    for (const socket of gate.sockets) socket.destroy();
  }

  beforeEach(async () => {
    place = await postgresPlace(server);
    await openGate();
    store = await openStore({ location: { url: throughGate(), masterKey: new Secret(MASTER_KEY) }, tenant: "local", clock: systemClock });
  });
  afterEach(async () => {
    closeGate();
    await store.close();
    await place.remove();
  });

  const intend = () => store.journal.intend({ principal: "ann", tool: "t", arguments: "a", requestId: "r", redacted: {} });

  async function refusedAfter(): Promise<number> {
    const started = Date.now();
    const error = await intend().then(
      () => new Error("it was taken"),
      (refusal: Error) => refusal,
    );
    expect(error).toMatchObject({ code: "internal", message: expect.stringContaining("cannot reach its own state") });
    expect(`${error.message} ${error.stack}`).not.toContain(new URL(urlOf(place)).password);
    return Date.now() - started;
  }

  test("refuses at once when connections are closed, and within a second when they go silent", async () => {
    await intend();
    gate.silent = true;
    expect(await refusedAfter()).toBeLessThan(2_000);
    expect(await refusedAfter()).toBeLessThan(2_000);
    closeGate();
    expect(await refusedAfter()).toBeLessThan(900);
  });

  test("works again when it is back, and what was refused left no hole", async () => {
    await intend();
    gate.silent = true;
    await refusedAfter();
    for (const socket of gate.sockets.splice(0)) socket.destroy();
    gate.silent = false;
    await intend();
    const { rows, problem } = await store.journal.verify();
    expect(problem).toBeUndefined();
    expect(rows).toBeGreaterThanOrEqual(2);
  });

  test("lets go of what a caller had locked whose machine vanished", async () => {
    await intend();
    const sql = await openPostgres(throughGate(), 300);
    const vanished = sql.transaction(async (inside) => {
      await inside.query("UPDATE trunkline_journal_heads SET seq = seq");
      gate.silent = true;
      await new Promise(() => {});
    });
    await expect(vanished).rejects.toThrow("cannot reach its own state");
    const other = await openAt(place, systemClock);
    const started = Date.now();
    await other.journal.intend({ principal: "ann", tool: "t", arguments: "a", requestId: "r", redacted: {} });
    expect(Date.now() - started).toBeLessThan(5_000);
    await other.close();
    await sql.close();
  });
});
