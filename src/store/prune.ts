import { follow, type Head } from "./chain.ts";
import type { Queries, Sql } from "./sql.ts";

/** What one transaction removes: the lock that appending needs is not held for long. */
const AT_ONCE = 1_000;

/** Removes rows from the beginning of the chain as long as they are old and settled. */
export async function prune(sql: Sql, tenant: string, before: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const now = await sql.transaction((inside) => pruneSome(inside, tenant, before));
    removed += now;
    if (now < AT_ONCE) return removed;
  }
}

async function pruneSome(inside: Queries, tenant: string, before: number): Promise<number> {
  // An update that changes nothing holds the head: nobody appends meanwhile.
  const [head] = await inside.query<Head>(
    "UPDATE trunkline_journal_heads SET seq = seq WHERE tenant = ? RETURNING seq, hash, anchor_seq, anchor_hash",
    [tenant],
  );
  if (!head) return 0;
  const keepFrom = (await firstToKeep(inside, tenant, before)) ?? head.seq + 1;
  const upTo = Math.min(keepFrom - 1, head.anchor_seq + AT_ONCE);
  if (upTo <= head.anchor_seq) return 0;
  const { last, problem } = await follow(inside, tenant, { seq: head.anchor_seq, hash: head.anchor_hash }, upTo);
  // A chain that does not hold is evidence, and stays.
  if (problem || last.seq !== upTo) return 0;
  await inside.query("DELETE FROM trunkline_journal WHERE tenant = ? AND seq <= ?", [tenant, upTo]);
  await inside.query("UPDATE trunkline_journal_heads SET anchor_seq = ?, anchor_hash = ? WHERE tenant = ?", [upTo, last.hash, tenant]);
  return upTo - head.anchor_seq;
}

/** The first row that is young, or whose write was not settled before then. */
async function firstToKeep(inside: Queries, tenant: string, before: number): Promise<number | undefined> {
  const [row] = await inside.query<{ seq: number }>(
    `SELECT kept.seq AS seq FROM trunkline_journal kept WHERE kept.tenant = ? AND (kept.at >= ? OR (kept.phase = 'intent' AND NOT EXISTS (
       SELECT 1 FROM trunkline_journal settled WHERE settled.tenant = kept.tenant AND settled.intent = kept.intent
       AND settled.phase IN ('done', 'failed') AND settled.at < ?)))
     ORDER BY kept.seq LIMIT 1`,
    [tenant, before, before],
  );
  return row?.seq;
}
