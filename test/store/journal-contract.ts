import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import type { Binding, IntentRecord, Journal } from "../../src/core/store/journal.ts";
import type { OpenStore } from "../../src/store/open.ts";
import { type HeldClock, heldClock, type NewPlace, openAt, type Place } from "./place.ts";

const DAY = 86_400_000;

const binding = (digest: string): Binding => ({ principal: "ann", tool: "exotel_create_trunk", arguments: digest });
const record = (digest: string): IntentRecord => ({ ...binding(digest), requestId: `request ${digest}`, redacted: { trunk_name: digest } });

/** Six rows: three writes, each settled. */
async function threeWrites(journal: Journal): Promise<void> {
  for (const digest of ["a", "b", "c"]) await journal.settle(await journal.intend(record(digest)), "done");
}

/** The contract of every dialect's journal: what it keeps, and what it notices. */
export function describeJournal(newPlace: NewPlace): void {
  let place: Place;
  let clock: HeldClock;
  let store: OpenStore;
  let journal: Journal;

  beforeEach(async () => {
    place = await newPlace();
    clock = heldClock();
    store = await openAt(place, clock);
    ({ journal } = store);
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  describe("the journal", () => {
    test("keeps intent and outcome as rows of their own, in order", async () => {
      const intent = await journal.intend({ ...record("a"), approval: "apr_1" });
      clock.pass(5);
      await journal.settle(intent, "failed", "conflict");
      const whose = { intent, principal: "ann", tool: "exotel_create_trunk", requestId: "request a", approval: "apr_1" };
      expect(await journal.rows(0, 10)).toEqual([
        { ...whose, seq: 1, at: clock.now() - 5, phase: "intent", redacted: { trunk_name: "a" }, detail: undefined },
        { ...whose, seq: 2, at: clock.now(), phase: "failed", redacted: {}, detail: "conflict" },
      ]);
      expect(await journal.rows(1, 10)).toHaveLength(1);
      expect(await journal.rows(0, 1)).toHaveLength(1);
    });

    test("tells what is not settled: begun, or of unknown outcome, until it is known", async () => {
      const begun = await journal.intend(record("a"));
      const lost = await journal.intend({ ...record("b"), approval: "apr_1" });
      await journal.settle(lost, "unknown", "outcome_unknown");
      await journal.settle(await journal.intend(record("c")), "done");
      await journal.settle(await journal.intend(record("d")), "failed");
      expect((await journal.unsettled()).map(({ id }) => id)).toEqual([begun, lost]);
      expect(await journal.unsettled(binding("b"))).toEqual([{ ...record("b"), approval: "apr_1", id: lost, at: expect.any(Number) }]);
      expect(await journal.unsettled({ ...binding("a"), principal: "bob" })).toEqual([]);
      expect(await journal.unsettled({ ...binding("a"), tool: "other" })).toEqual([]);
      await journal.settle(lost, "done", "read back");
      await journal.settle(begun, "failed");
      expect(await journal.unsettled()).toEqual([]);
    });

    test("tells when a write was begun by the reader's clock, however wrong the writer's was", async () => {
      const HOUR = DAY / 24;
      for (const wrongMs of [0, HOUR]) {
        const writer = await openAt(place, { ...systemClock, now: () => Date.now() + wrongMs }, `wrong by ${wrongMs}`);
        await writer.journal.intend(record("a"));
        const reader = await openAt(place, systemClock, `wrong by ${wrongMs}`);
        const [begun] = await reader.journal.unsettled();
        expect(Math.abs((begun?.at ?? 0) - Date.now())).toBeLessThan(HOUR / 2);
        await writer.close();
        await reader.close();
      }
    });

    test("does not settle what it does not have, and a failure leaves no hole", async () => {
      await expect(journal.settle("int_none", "done")).rejects.toThrow("does not have");
      await threeWrites(journal);
      expect((await journal.rows(0, 100)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(await journal.verify()).toEqual({ rows: 6, problem: undefined });
    });

    test("belongs to one tenant, and each has its own chain", async () => {
      const another = await openAt(place, clock, "another");
      const intent = await journal.intend(record("a"));
      expect(await another.journal.rows(0, 10)).toEqual([]);
      expect(await another.journal.unsettled()).toEqual([]);
      await expect(another.journal.settle(intent, "done")).rejects.toThrow("does not have");
      await threeWrites(another.journal);
      expect(await another.journal.verify()).toEqual({ rows: 6, problem: undefined });
      expect(await journal.verify()).toEqual({ rows: 1, problem: undefined });
      await another.close();
    });

    test("takes any text as it is", async () => {
      const redacted = { name: "'; DROP TABLE trunkline_journal; -- ? $1 \u0000 \u202e 🙂 \ud800" };
      await journal.intend({ ...record("a"), redacted });
      expect((await journal.rows(0, 1))[0]?.redacted).toEqual(redacted);
      expect((await journal.verify()).problem).toBeUndefined();
    });
  });

  describe("verify", () => {
    test("of an empty journal and of an untouched one finds nothing", async () => {
      expect(await journal.verify()).toEqual({ rows: 0, problem: undefined });
      await threeWrites(journal);
      expect(await journal.verify()).toEqual({ rows: 6, problem: undefined });
    });

    const table = "trunkline_journal";
    const columns = ["at = at + 1", "intent = 'x'", "phase = 'failed'", "principal = 'bob'", "tool = 'x'", "arguments = 'x'"];
    const others = ['redacted = \'{"trunk_name":"x"}\'', "approval = 'apr_x'", "request_id = 'x'", "detail = 'x'", "hash = 'x'"];
    test.each([...columns, ...others])("names the row in which %s was written", async (change) => {
      await threeWrites(journal);
      await place.raw(`UPDATE ${table} SET ${change} WHERE seq = 4`);
      expect(await journal.verify()).toMatchObject({ rows: 3, problem: { seq: 4, what: expect.stringContaining("changed") } });
    });

    test.each([
      ["the first row", [1], 1],
      ["the first rows", [1, 2, 3], 1],
      ["one in the middle", [3], 3],
      ["the last row", [6], 6],
      ["the last rows", [4, 5, 6], 4],
      ["every row", [1, 2, 3, 4, 5, 6], 1],
    ])("notices that %s was removed", async (_, removed, seq) => {
      await threeWrites(journal);
      await place.raw(`DELETE FROM ${table} WHERE seq IN (${removed.join(", ")})`);
      expect((await journal.verify()).problem).toEqual({ seq, what: "is missing" });
    });

    test("notices two rows that changed places", async () => {
      await threeWrites(journal);
      for (const [from, to] of [
        [3, 90],
        [5, 3],
        [90, 5],
      ])
        await place.raw(`UPDATE ${table} SET seq = ? WHERE seq = ?`, [to as number, from as number]);
      expect((await journal.verify()).problem).toMatchObject({ seq: 3 });
    });

    test("notices a removed row whose followers moved up", async () => {
      await threeWrites(journal);
      await place.raw(`DELETE FROM ${table} WHERE seq = 3`);
      for (const seq of [4, 5, 6]) await place.raw(`UPDATE ${table} SET seq = ? WHERE seq = ?`, [seq - 1, seq]);
      expect((await journal.verify()).problem).toMatchObject({ seq: 3 });
    });

    test("notices a row that was added, and a row of another tenant", async () => {
      await threeWrites(journal);
      const rest = "at, intent, phase, principal, tool, arguments, redacted, approval, request_id, detail, hash";
      const copy = (tenant: string, seq: string) =>
        `INSERT INTO ${table} (tenant, seq, ${rest}) SELECT ${tenant}, ${seq}, ${rest} FROM ${table} WHERE seq = 6`;
      await place.raw(copy("tenant", "7"));
      expect((await journal.verify()).problem).toMatchObject({ seq: 7 });
      await place.raw(copy("'another'", "1"));
      const another = await openAt(place, clock, "another");
      expect((await another.journal.verify()).problem).toMatchObject({ seq: 1 });
      await another.close();
    });

    test.each([
      ["removed", "DELETE FROM trunkline_journal_heads", 1],
      ["set back", "UPDATE trunkline_journal_heads SET seq = 4", 5],
      ["set forward", "UPDATE trunkline_journal_heads SET seq = 8", 7],
      ["given another hash", "UPDATE trunkline_journal_heads SET hash = 'x'", 6],
      ["moved to a later beginning", "UPDATE trunkline_journal_heads SET anchor_seq = 2", 3],
    ])("notices a head that was %s", async (_, change, seq) => {
      await threeWrites(journal);
      await place.raw(change);
      expect((await journal.verify()).problem).toMatchObject({ seq });
    });

    test("finds nothing wrong while others append and prune, and reads more than one batch", async () => {
      for (let row = 0; row < 300; row++) await journal.settle(await journal.intend(record(`${row}`)), "done");
      clock.pass(10 * DAY);
      const other = await openAt(place, clock);
      const busy = (async () => {
        for (let row = 0; row < 50; row++) await other.journal.intend(record(`later ${row}`));
        await other.journal.prune(clock.now() - DAY);
      })();
      const found = await Promise.all([journal.verify(), journal.verify(), busy]);
      expect([found[0].problem, found[1].problem]).toEqual([undefined, undefined]);
      expect(await journal.verify()).toEqual({ rows: 50, problem: undefined });
      await other.close();
    });
  });

  describe("prune", () => {
    test("removes old rows from the beginning; the rest still verifies, and a removed row is still noticed", async () => {
      await threeWrites(journal);
      clock.pass(10 * DAY);
      await threeWrites(journal);
      expect(await journal.prune(clock.now() - DAY)).toBe(6);
      expect(await journal.prune(clock.now() - DAY)).toBe(0);
      expect((await journal.rows(0, 100)).map(({ seq }) => seq)).toEqual([7, 8, 9, 10, 11, 12]);
      expect(await journal.verify()).toEqual({ rows: 6, problem: undefined });
      await threeWrites(journal);
      expect(await journal.verify()).toEqual({ rows: 12, problem: undefined });
      await place.raw("DELETE FROM trunkline_journal WHERE seq = 7");
      expect((await journal.verify()).problem).toEqual({ seq: 7, what: "is missing" });
    });

    test.each(["intent", "unknown"] as const)("stops before a write that is not settled (%s)", async (phase) => {
      await threeWrites(journal);
      const open = await journal.intend(record("open"));
      if (phase === "unknown") await journal.settle(open, "unknown");
      await threeWrites(journal);
      clock.pass(10 * DAY);
      expect(await journal.prune(clock.now())).toBe(6);
      expect((await journal.rows(0, 1))[0]).toMatchObject({ seq: 7, intent: open });
      expect((await journal.unsettled()).map(({ id }) => id)).toEqual([open]);
      await journal.settle(open, "failed");
      // Settled only now: the pair is young.
      expect(await journal.prune(clock.now())).toBe(0);
      clock.pass(1);
      expect(await journal.prune(clock.now())).toBeGreaterThan(6);
      expect((await journal.verify()).problem).toBeUndefined();
    });

    test("can empty the journal, which goes on and knows its end", async () => {
      await threeWrites(journal);
      clock.pass(DAY);
      expect(await journal.prune(clock.now())).toBe(6);
      expect(await journal.verify()).toEqual({ rows: 0, problem: undefined });
      await threeWrites(journal);
      expect((await journal.rows(0, 1))[0]?.seq).toBe(7);
      expect(await journal.verify()).toEqual({ rows: 6, problem: undefined });
    });

    test("leaves a chain alone that does not hold: it is evidence", async () => {
      await threeWrites(journal);
      await place.raw("UPDATE trunkline_journal SET tool = 'x' WHERE seq = 2");
      clock.pass(DAY);
      expect(await journal.prune(clock.now())).toBe(0);
      expect((await journal.verify()).problem).toMatchObject({ seq: 2 });
    });

    test("removes more than it takes at once", async () => {
      for (let row = 0; row < 600; row++) await journal.settle(await journal.intend(record(`${row}`)), "done");
      clock.pass(DAY);
      expect(await journal.prune(clock.now())).toBe(1_200);
    });
  });
}
