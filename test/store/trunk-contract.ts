import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { IntentRecord, TrunkSeen } from "../../src/core/store/journal.ts";
import type { OpenStore } from "../../src/store/open.ts";
import { call } from "./call.ts";
import { type HeldClock, heldClock, type NewPlace, openAt, type Place } from "./place.ts";

const DAY = 86_400_000;
const prod: TrunkSeen = { provider: "exotel", trunk_id: "trmum1", trunk_name: "prod" };
const shown = "5f".repeat(32);
const about = (trunk: Partial<TrunkSeen>): IntentRecord => ({ ...call, requestId: "r", redacted: {}, about: { ...prod, ...trunk } });

/** Two rows as the schema's fourth version wrote them: an intent and its outcome. */
const older = [
  ["local", 1, 1795219200000, "int_6jy6zJLiRoOpVdN2OBbm_w", "intent", "ann", "exotel_delete_trunk", "digest"],
  ["local", 2, 1795219200000, "int_6jy6zJLiRoOpVdN2OBbm_w", "failed", "ann", "exotel_delete_trunk", "digest"],
] as const;
const hashes = [
  "b6f79ea877665e89aef842c59bf4fcc34a53beeec939355c1bd8d03fde76d346",
  "e90b76ec1159db1aea4277b7da14886237f2011291f54d88e3c7469827f42820",
] as const;

async function writeOlder(place: Place): Promise<void> {
  const insert = `INSERT INTO trunkline_journal
    (tenant, seq, at, intent, phase, principal, tool, arguments, redacted, approval, request_id, hash, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, `;
  await place.raw(`${insert} NULL)`, [...older[0], '{"trunk_sid":"t"}', "apr_1", "r1", hashes[0]]);
  await place.raw(`${insert} 'not_found')`, [...older[1], "{}", "apr_1", "r1", hashes[1]]);
  const head = "INSERT INTO trunkline_journal_heads (tenant, seq, hash, anchor_seq, anchor_hash) VALUES ('local', 2, ?, 0, '')";
  await place.raw(head, [hashes[1]]);
}

/** The trunk that a row is about and the digest of what was shown: kept, covered by the chain, and searched for earlier names. */
export function describeTrunks(newPlace: NewPlace): void {
  let place: Place;
  let clock: HeldClock;
  let store: OpenStore;

  beforeEach(async () => {
    place = await newPlace();
    clock = heldClock();
    store = await openAt(place, clock);
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  describe("a row of the journal", () => {
    test("keeps the trunk as it was read, and the digest of what a person saw", async () => {
      const intent = await store.journal.intend({ ...about({}), shown });
      expect(await store.journal.unsettled()).toMatchObject([{ about: prod, shown }]);
      await store.journal.settle(intent, "done");
      await store.journal.intend({ ...call, requestId: "r", redacted: {} });
      const rows = await store.journal.rows(0, 10);
      expect(rows.map((row) => [row.about, row.shown])).toEqual([
        [prod, shown],
        [prod, shown],
        [undefined, undefined],
      ]);
      expect(await store.journal.verify()).toEqual({ rows: 3, problem: undefined });
    });

    test.each([
      'trunk = \'["exotel","other"]\'',
      "trunk_name = '\"x\"'",
      "shown = 'x'",
      "trunk = NULL",
      "trunk_name = NULL",
      "shown = NULL",
    ])("in which %s was written is found", async (change) => {
      for (let row = 0; row < 3; row++) await store.journal.intend({ ...about({}), shown });
      await place.raw(`UPDATE trunkline_journal SET ${change} WHERE seq = 2`);
      expect(await store.journal.verify()).toMatchObject({ rows: 1, problem: { seq: 2 } });
    });

    test("that had no trunk and was given one is found", async () => {
      await store.journal.intend({ ...call, requestId: "r", redacted: {} });
      await place.raw("UPDATE trunkline_journal SET shown = 'x'");
      expect(await store.journal.verify()).toMatchObject({ problem: { seq: 1 } });
    });

    test("of an earlier version verifies as before, and the chain goes on from it", async () => {
      await writeOlder(place);
      expect(await store.journal.verify()).toEqual({ rows: 2, problem: undefined });
      await store.journal.intend(about({}));
      expect(await store.journal.verify()).toEqual({ rows: 3, problem: undefined });
      expect((await store.journal.rows(0, 1))[0]).toMatchObject({ about: undefined, shown: undefined, approval: "apr_1" });
    });
  });

  test("a state of the version before is brought up to date, its rows as they were", async () => {
    await place.raw("DROP TABLE trunkline_emulators");
    await place.raw("ALTER TABLE trunkline_journal DROP COLUMN begun");
    await place.raw("DROP INDEX trunkline_plan_steps_intent");
    await place.raw("DROP TABLE trunkline_journal_roll");
    await place.raw("ALTER TABLE trunkline_journal_heads DROP COLUMN seal");
    await place.raw("DROP INDEX trunkline_journal_trunk");
    for (const column of ["trunk", "trunk_name", "shown"]) await place.raw(`ALTER TABLE trunkline_journal DROP COLUMN ${column}`);
    await place.raw("ALTER TABLE trunkline_approvals RENAME COLUMN shown TO sentences");
    await place.raw("ALTER TABLE trunkline_approvals DROP COLUMN decided_by");
    await place.raw("ALTER TABLE trunkline_plans DROP COLUMN started_at");
    await place.raw("UPDATE trunkline_schema SET version = 4");
    await writeOlder(place);
    const again = await openAt(place, clock);
    await again.journal.intend(about({}));
    expect(await again.journal.verify()).toEqual({ rows: 3, problem: undefined });
    await again.close();
  });

  describe("earlier names of a trunk", () => {
    const names = (since = 0, provider = "exotel", trunkId = "trmum1") => store.journal.earlierNames(provider, trunkId, since);

    test("are those under which writes found it, newest first, each with the time of its last write", async () => {
      const start = clock.now();
      for (const trunk_name of ["first", "prod", "first", "now"]) {
        const intent = await store.journal.intend(about({ trunk_name }));
        clock.pass(DAY);
        await store.journal.settle(intent, "done");
      }
      expect(await names()).toEqual([
        { name: "now", until: start + 3 * DAY },
        { name: "first", until: start + 2 * DAY },
        { name: "prod", until: start + DAY },
      ]);
      expect(await names(start + 2 * DAY)).toEqual([
        { name: "now", until: start + 3 * DAY },
        { name: "first", until: start + 2 * DAY },
      ]);
      expect(await names(clock.now())).toEqual([]);
    });

    test("are of this trunk, this carrier and this tenant", async () => {
      const another = await openAt(place, clock, "another");
      await another.journal.intend(about({ trunk_name: "another tenant's" }));
      await store.journal.intend(about({ trunk_id: "trmum2", trunk_name: "another trunk's" }));
      await store.journal.intend(about({ provider: "didww", trunk_name: "another carrier's" }));
      expect(await names()).toEqual([]);
      expect(await names(0, "didww")).toEqual([{ name: "another carrier's", until: clock.now() }]);
      await another.close();
    });

    test("are any text, as it is", async () => {
      const trunk_name = "'; -- ? $1 \u0000 \u202e \" 🙂 \ud800";
      const trunk_id = 'id "\u0000"';
      await store.journal.intend(about({ trunk_id, trunk_name }));
      expect(await names(0, "exotel", trunk_id)).toEqual([{ name: trunk_name, until: clock.now() }]);
      expect((await store.journal.verify()).problem).toBeUndefined();
    });
  });
}
