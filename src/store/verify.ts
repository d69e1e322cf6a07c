import { setImmediate as nextTurn } from "node:timers/promises";
import type { JournalAudit, RowHash, RowsChecked, Verification } from "../core/store/journal.ts";
import { BEGINNING, follow, type Problem, readHead, readRows } from "./chain.ts";
import { type Head, type Link, readRoll, sealOf } from "./journal-seal.ts";
import type { Queries, Tenancy } from "./sql.ts";

type OneJournal = Pick<Tenancy, "sql" | "tenant">;

/** Reads every row, then what vouches for the ends. */
export async function verify({ sql, tenant }: OneJournal, noted?: RowHash, told?: RowsChecked): Promise<JournalAudit> {
  const { head, rows, problem: broken } = await verifyChain(sql, tenant, told);
  const { problem: unsealed, sealedFrom } = await verifySeal({ sql, tenant }, head);
  const problem = broken ?? unsealed ?? (noted && (await differenceTo(noted, sql, tenant, head)));
  return { rows, problem, end: head && { seq: head.seq, hash: head.hash }, sealedFrom: problem ? undefined : sealedFrom };
}

interface Walk extends Verification {
  /** The head at which the walk ended. */
  head: Head | undefined;
}

/** Verifies the rows alone. Rows that others append or prune meanwhile are no fault of the chain. */
export async function verifyChain(sql: Queries, tenant: string, told?: RowsChecked): Promise<Walk> {
  for (;;) {
    const head = await readHead(sql, tenant);
    const result = await walk(sql, tenant, head, told);
    const after = await readHead(sql, tenant);
    if (!result.problem || after?.anchor_seq === head?.anchor_seq) return result;
  }
}

async function walk(sql: Queries, tenant: string, head: Head | undefined, told?: RowsChecked): Promise<Walk> {
  const anchor = head ? { seq: head.anchor_seq, hash: head.anchor_hash } : BEGINNING;
  let last = anchor;
  const tell = (seq: number) => told?.(seq - anchor.seq, Math.max(seq, head?.seq ?? 0) - anchor.seq);
  for (;;) {
    const walked = await follow(sql, tenant, last, undefined, tell);
    const rows = walked.last.seq - anchor.seq;
    if (walked.problem) return { head, rows, problem: walked.problem };
    const end = await readHead(sql, tenant);
    const problem = endProblem(walked.last, end);
    const grew = (end?.seq ?? 0) > walked.last.seq && (await readRows(sql, tenant, walked.last.seq, 1)).length > 0;
    if (!grew) return { head: end, rows, problem };
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

/** A head without a seal, of a tenant that never had one, is of a time before the key: that is no fault, and vouches for nothing. */
async function verifySeal({ sql, tenant }: OneJournal, head: Head | undefined): Promise<Pick<JournalAudit, "problem" | "sealedFrom">> {
  const { journalSeal: seal } = sql;
  if (!seal) return { problem: undefined, sealedFrom: undefined };
  const { [tenant]: sealedFrom } = (await readRoll(sql, seal)).tenants;
  const fault = (what: string) => ({ problem: { seq: head?.seq ?? 1, what }, sealedFrom: undefined });
  if (!head) return sealedFrom === undefined ? { problem: undefined, sealedFrom } : fault("is missing: the whole journal was removed");
  if (head.seal === null && sealedFrom === undefined) return { problem: undefined, sealedFrom };
  if (head.seal === sealOf(seal, tenant, head)) return { problem: undefined, sealedFrom };
  return fault("is not the end that was sealed: rows were cut off or put in, or the seal is of another TRUNKLINE_MASTER_KEY");
}

async function differenceTo(noted: RowHash, sql: Queries, tenant: string, head: Head | undefined): Promise<Problem | undefined> {
  const [row] = await readRows(sql, tenant, noted.seq - 1, 1);
  const pruned = head?.anchor_seq === noted.seq ? head.anchor_hash : undefined;
  const hash = row?.seq === noted.seq ? row.hash : pruned;
  if (hash === noted.hash) return undefined;
  return { seq: noted.seq, what: hash === undefined ? "is gone, which was expected" : "has another hash than was expected" };
}
