import {
  heldMs,
  heldUnansweredMs,
  LATE_POLL_MS,
  type RateSlot,
  type RateSlots,
  type SlotLimit,
  type Taken,
} from "../core/carrier/rate-slots.ts";
import type { Sql } from "./sql.ts";

interface SlotRow {
  /** Null: a slot that is in use, and when to look at it again. */
  place: number | null;
  look_at: number | null;
  wait_ms: number;
}

/**
 * The slots of all replicas on one Postgres. Not RateLimiterPostgres: it tells the time by each caller's own clock, so a
 * replica whose clock is ahead would free a slot too early; it counts from when a call was let through, not from its
 * answer; and to find one free key among two hundred it asks for each. Here the database's clock decides, in one statement.
 */
export function postgresSlots(open: () => Promise<Sql>): RateSlots {
  const made = new Set<string>();
  return {
    async take(account, limit, count) {
      const sql = await open();
      const rows = `${limit.calls} ${account}`;
      const found = made.has(rows) ? await takeFree(sql, account, limit, count) : [];
      if (found.length > 0) return toTaken(sql, account, limit, found);
      // The first time; and when they were tidied away, or are all just being taken.
      await make(sql, account, limit);
      made.add(rows);
      return toTaken(sql, account, limit, await takeFree(sql, account, limit, count));
    },
  };
}

async function make(sql: Sql, account: string, { calls }: SlotLimit): Promise<void> {
  await sql.query(
    `INSERT INTO trunkline_places (account, place, look_at, free_at)
     SELECT ?, place, 0, 0 FROM generate_series(1, ?) place ON CONFLICT (account, place) DO NOTHING`,
    [account, calls],
  );
}

/** A slot that another replica takes at this moment is passed over, not waited for. */
function takeFree(sql: Sql, account: string, limit: SlotLimit, count: number): Promise<SlotRow[]> {
  return sql.query<SlotRow>(
    `WITH moment AS MATERIALIZED (SELECT ${sql.time} AS now),
     free AS MATERIALIZED (
       SELECT place FROM trunkline_places WHERE account = ? AND place <= ? AND free_at <= (SELECT now FROM moment)
       ORDER BY free_at, place LIMIT ? FOR UPDATE SKIP LOCKED),
     taken AS (
       UPDATE trunkline_places SET look_at = (SELECT now FROM moment) + ?, free_at = (SELECT now FROM moment) + ?
       WHERE account = ? AND place IN (SELECT place FROM free) RETURNING place, look_at)
     SELECT place, look_at, 0 AS wait_ms FROM taken
     UNION ALL (
       SELECT NULL, NULL, CASE WHEN look_at > now THEN look_at - now ELSE LEAST(free_at - now, ${LATE_POLL_MS}) END
       FROM trunkline_places, moment WHERE account = ? AND place <= ? AND free_at > now ORDER BY 3 LIMIT ?)`,
    [account, limit.calls, count, heldMs(limit), heldUnansweredMs(limit), account, account, limit.calls, count],
  );
}

function toTaken(sql: Sql, account: string, limit: SlotLimit, rows: SlotRow[]): Taken {
  const taken: Taken = { slots: [], waitsMs: [] };
  for (const { place, look_at: lookAt, wait_ms: waitMs } of rows) {
    if (place === null || lookAt === null) taken.waitsMs.push(waitMs);
    else taken.slots.push(leaving(sql, account, limit, place, lookAt));
  }
  return taken;
}

/** `lookAt` names this use of the slot: one that was held too long may be another's by now. */
function leaving(sql: Sql, account: string, limit: SlotLimit, place: number, lookAt: number): RateSlot {
  const freeAt = `${sql.time} + ?`;
  return {
    async leave() {
      const text = `UPDATE trunkline_places SET look_at = ${freeAt}, free_at = ${freeAt} WHERE account = ? AND place = ? AND look_at = ?`;
      // Lost, it costs some seconds of one slot.
      await sql.query(text, [heldMs(limit), heldMs(limit), account, place, lookAt]).catch(() => {});
    },
  };
}
