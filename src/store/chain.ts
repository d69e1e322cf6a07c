import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { canonicalJson } from "../core/canonical.ts";
import type { Verification } from "../core/store/store.ts";
import { type Queries, rowsOf, type Tenancy, type Value } from "./sql.ts";

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

/** A place in the chain: the next row has the next number, and its hash covers this one. */
export interface Link {
  seq: number;
  hash: string;
}

export interface Head extends Link {
  anchor_seq: number;
  anchor_hash: string;
}

type Problem = NonNullable<Verification["problem"]>;

/** Named one by one: a column that a later version adds must not change the hashes of older rows. */
const NAMES = [
  ...(["tenant", "seq", "at", "intent", "phase", "principal", "tool", "arguments", "redacted", "approval", "request_id"] as const),
  ...(["detail", "hash", "trunk", "trunk_name", "shown"] as const),
];
export const COLUMNS = NAMES.join(", ");

/** What the first row of a tenant's chain follows. */
const BEGINNING: Link = { seq: 0, hash: "" };
const BATCH = 500;

/** Appends under the lock on the chain's head: no number is given twice or left out, whichever process asks. */
export async function append(inside: Queries, tenant: string, rows: readonly Omit<StoredRow, "tenant" | "seq" | "hash">[]): Promise<void> {
  if (rows.length === 0) return;
  const [head] = await inside.query<Link>(
    `INSERT INTO trunkline_journal_heads (tenant, seq, hash, anchor_seq, anchor_hash) VALUES (?, ?, ?, 0, ?)
     ON CONFLICT (tenant) DO UPDATE SET seq = trunkline_journal_heads.seq + excluded.seq RETURNING seq, hash`,
    [tenant, rows.length, BEGINNING.hash, BEGINNING.hash],
  );
  if (!head) throw new Error("the head of the journal was not returned");
  const values: Value[] = [];
  let { hash } = head;
  for (const [index, row] of rows.entries()) {
    const numbered = { ...row, tenant, seq: head.seq - rows.length + index + 1 };
    hash = hashOf(hash, numbered);
    const stored = { ...numbered, hash };
    values.push(...NAMES.map((name) => stored[name]));
  }
  await inside.query(`INSERT INTO trunkline_journal (${COLUMNS}) VALUES ${rowsOf(rows.length, NAMES.length)}`, values);
  await inside.query("UPDATE trunkline_journal_heads SET hash = ? WHERE tenant = ?", [hash, tenant]);
}

/** The columns that came later count where they are filled: rows from before them keep their hash. */
function hashOf(previous: string, { trunk, trunk_name, shown, ...row }: Omit<StoredRow, "hash">): string {
  const later = { trunk: trunk ?? undefined, trunk_name: trunk_name ?? undefined, shown: shown ?? undefined };
  return createHash("sha256")
    .update(previous)
    .update(canonicalJson({ ...row, ...later }))
    .digest("hex");
}

async function readHead(queries: Queries, tenant: string): Promise<Head | undefined> {
  const [head] = await queries.query<Head>("SELECT seq, hash, anchor_seq, anchor_hash FROM trunkline_journal_heads WHERE tenant = ?", [
    tenant,
  ]);
  return head;
}

export function readRows(queries: Queries, tenant: string, after: number, limit: number): Promise<StoredRow[]> {
  const text = `SELECT ${COLUMNS} FROM trunkline_journal WHERE tenant = ? AND seq > ? ORDER BY seq LIMIT ?`;
  return queries.query<StoredRow>(text, [tenant, after, limit]);
}

/** Follows the chain from one link as far as it holds, at most `upTo`. */
export async function follow(
  queries: Queries,
  tenant: string,
  from: Link,
  upTo = Number.MAX_SAFE_INTEGER,
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
  }
}

function problemOf({ hash, ...row }: StoredRow, { seq, hash: previous }: Link): Problem | undefined {
  if (row.seq !== seq + 1) return { seq: seq + 1, what: "is missing" };
  if (hash === hashOf(previous, row)) return undefined;
  return { seq: row.seq, what: seq === 0 ? "was changed" : `was changed, or is not the row that was written after row ${seq}` };
}

/** Reads every row. What others append or prune meanwhile is no fault of the chain. */
export async function verify({ sql, tenant }: Pick<Tenancy, "sql" | "tenant">): Promise<Verification> {
  for (;;) {
    const head = await readHead(sql, tenant);
    const result = await verifyFrom(sql, tenant, head);
    const after = await readHead(sql, tenant);
    if (!result.problem || after?.anchor_seq === head?.anchor_seq) return result;
  }
}

async function verifyFrom(sql: Queries, tenant: string, head: Head | undefined): Promise<Verification> {
  const anchor = head ? { seq: head.anchor_seq, hash: head.anchor_hash } : BEGINNING;
  let last = anchor;
  for (;;) {
    const walked = await follow(sql, tenant, last);
    const rows = walked.last.seq - anchor.seq;
    if (walked.problem) return { rows, problem: walked.problem };
    const end = await readHead(sql, tenant);
    const problem = endProblem(walked.last, end);
    const grew = (end?.seq ?? 0) > walked.last.seq && (await readRows(sql, tenant, walked.last.seq, 1)).length > 0;
    if (!grew) return { rows, problem };
    last = walked.last;
    await nextTurn();
  }
}

/** The head tells of rows that were cut off the end, and of rows that nobody here appended. */
function endProblem(last: Link, head: Head | undefined): Problem | undefined {
  const end: Link = head ?? BEGINNING;
  if (last.seq < end.seq) return { seq: last.seq + 1, what: "is missing" };
  if (last.seq > end.seq) return { seq: end.seq + 1, what: "was not appended by Trunkline" };
  return last.hash === end.hash ? undefined : { seq: last.seq, what: "was changed" };
}
