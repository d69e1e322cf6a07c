import { follow, lockHead } from "./chain.ts";
import { sealOf } from "./journal-seal.ts";
import type { Queries, Seal, Sql } from "./sql.ts";

/** Rows that one transaction removes: the lock that appending needs is not held for long. */
const AT_ONCE = 1_000;

/** Removes rows from the beginning of the chain as long as they are old and settled. */
export async function prune(sql: Sql, tenant: string, before: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const now = await sql.transaction((inside) => pruneSome(inside, tenant, before, sql.journalSeal));
    removed += now;
    if (now < AT_ONCE) return removed;
  }
}

async function pruneSome(inside: Queries, tenant: string, before: number, seal: Seal | undefined): Promise<number> {
  const head = await lockHead(inside, tenant);
  // Ends that do not fit their seal are evidence, and stay; without the key nobody can tell.
  if (!head || (head.seal !== null && head.seal !== (seal && sealOf(seal, tenant, head)))) return 0;
  const keepFrom = (await firstToKeep(inside, tenant, before)) ?? head.seq + 1;
  const upTo = Math.min(keepFrom - 1, head.anchor_seq + AT_ONCE);
  if (upTo <= head.anchor_seq) return 0;
  const { last, problem } = await follow(inside, tenant, { seq: head.anchor_seq, hash: head.anchor_hash }, upTo);
  // A chain that does not hold is evidence, and stays.
  if (problem || last.seq !== upTo) return 0;
  await inside.query("DELETE FROM trunkline_journal WHERE tenant = ? AND seq <= ?", [tenant, upTo]);
  const pruned = { ...head, anchor_seq: upTo, anchor_hash: last.hash };
  const resealed = seal && head.seal !== null ? sealOf(seal, tenant, pruned) : null;
  const text = "UPDATE trunkline_journal_heads SET anchor_seq = ?, anchor_hash = ?, seal = ? WHERE tenant = ?";
  await inside.query(text, [upTo, last.hash, resealed, tenant]);
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
