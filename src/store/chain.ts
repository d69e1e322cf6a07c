import { createHash } from "node:crypto";
import { canonicalJson } from "../core/canonical.ts";
import type { Verification } from "../core/store/journal.ts";
import { type Head, type Link, resealed } from "./journal-seal.ts";
import { placeholderList, type Queries, type Tenancy, type Value } from "./sql.ts";
import { timeOf } from "./time.ts";

/** A journal row as it lies in the database; all of it but the hash itself is hashed. */
export interface StoredRow {
  tenant: string;
  seq: number;
  at: number;
  intent: string;
  phase: string;
  principal: string;
  tool: string;
  arguments: string;
  redacted: string;
  approval: string | null;
  request_id: string;
  detail: string | null;
  hash: string;
  trunk: string | null;
  trunk_name: string | null;
  shown: string | null;
}

export type Problem = NonNullable<Verification["problem"]>;

/** Named one by one: a column that a later version adds must not change the hashes of older rows. */
const NAMES = [
  ...(["tenant", "seq", "at", "intent", "phase", "principal", "tool", "arguments", "redacted", "approval", "request_id"] as const),
  ...(["detail", "hash", "trunk", "trunk_name", "shown"] as const),
];
export const COLUMNS = NAMES.join(", ");

/** The position that the first row of a tenant's chain follows. */
export const BEGINNING: Link = { seq: 0, hash: "" };
const BATCH = 500;

/** Appends under the lock on the chain's head: no number is given twice or left out, whichever process asks. */
export async function append(
  inside: Queries,
  { sql, tenant, clock }: Tenancy,
  rows: readonly Omit<StoredRow, "tenant" | "seq" | "hash">[],
): Promise<void> {
  if (rows.length === 0) return;
  const begun = timeOf({ sql, clock });
  const [head] = await inside.query<Head>(
    `INSERT INTO trunkline_journal_heads (tenant, seq, hash, anchor_seq, anchor_hash) VALUES (?, ?, ?, 0, ?)
     ON CONFLICT (tenant) DO UPDATE SET seq = trunkline_journal_heads.seq + excluded.seq
     RETURNING ${HEAD}`,
    [tenant, rows.length, BEGINNING.hash, BEGINNING.hash],
  );
  if (!head) throw new Error("the head of the journal was not returned");
  const values: Value[] = [];
  let { hash } = head;
  for (const [index, row] of rows.entries()) {
    const numbered = { ...row, tenant, seq: head.seq - rows.length + index + 1 };
    hash = hashOf(hash, numbered);
    const stored = { ...numbered, hash };
    values.push(...NAMES.map((name) => stored[name]), ...begun.values);
  }
  const placeholders = rows.map(() => `(${placeholderList(NAMES.length)}, ${begun.text})`).join(", ");
  await inside.query(`INSERT INTO trunkline_journal (${COLUMNS}, begun) VALUES ${placeholders}`, values);
  const before = { ...head, seq: head.seq - rows.length };
  const sealed = await resealed(inside, tenant, before, { ...head, hash }, sql.journalSeal);
  await inside.query("UPDATE trunkline_journal_heads SET hash = ?, seal = ? WHERE tenant = ?", [hash, sealed, tenant]);
}

/** The columns that came later count where they are filled: rows from before them keep their hash. */
function hashOf(previous: string, { trunk, trunk_name, shown, ...row }: Omit<StoredRow, "hash">): string {
  const later = { trunk: trunk ?? undefined, trunk_name: trunk_name ?? undefined, shown: shown ?? undefined };
  return createHash("sha256")
    .update(previous)
    .update(canonicalJson({ ...row, ...later }))
    .digest("hex");
}

const HEAD = "seq, hash, anchor_seq, anchor_hash, seal";

export async function readHead(queries: Queries, tenant: string): Promise<Head | undefined> {
  const [head] = await queries.query<Head>(`SELECT ${HEAD} FROM trunkline_journal_heads WHERE tenant = ?`, [tenant]);
  return head;
}

/** An update that changes nothing holds the head: nobody appends meanwhile. */
export async function lockHead(inside: Queries, tenant: string): Promise<Head | undefined> {
  const [head] = await inside.query<Head>(`UPDATE trunkline_journal_heads SET seq = seq WHERE tenant = ? RETURNING ${HEAD}`, [tenant]);
  return head;
}

export function readRows(queries: Queries, tenant: string, after: number, limit: number): Promise<StoredRow[]> {
  const text = `SELECT ${COLUMNS} FROM trunkline_journal WHERE tenant = ? AND seq > ? ORDER BY seq LIMIT ?`;
  return queries.query<StoredRow>(text, [tenant, after, limit]);
}

/** Follows the chain from one link as far as it holds, at most `upTo`. `told` hears how far it is. */
export async function follow(
  queries: Queries,
  tenant: string,
  from: Link,
  upTo = Number.MAX_SAFE_INTEGER,
  told?: (seq: number) => void,
): Promise<{ last: Link; problem: Problem | undefined }> {
  let last = from;
  for (;;) {
    const rows = await readRows(queries, tenant, last.seq, Math.min(BATCH, upTo - last.seq));
    if (rows.length === 0) return { last, problem: undefined };
    for (const row of rows) {
      const problem = problemOf(row, last);
      if (problem) return { last, problem };
      last = row;
    }
    told?.(last.seq);
  }
}

function problemOf({ hash, ...row }: StoredRow, { seq, hash: previous }: Link): Problem | undefined {
  if (row.seq !== seq + 1) return { seq: seq + 1, what: "is missing" };
  if (hash === hashOf(previous, row)) return undefined;
  return { seq: row.seq, what: seq === 0 ? "was changed" : `was changed, or is not the row that was written after row ${seq}` };
}
