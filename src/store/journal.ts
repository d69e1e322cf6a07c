import { canonicalJson } from "../core/canonical.ts";
import type { Binding, IntentRecord, Journal, JournalRow, Outcome, UnsettledIntent } from "../core/store.ts";
import { append, COLUMNS, readRows, type StoredRow, verify } from "./chain.ts";
import { prune } from "./prune.ts";
import { type Queries, randomId, type Tenancy } from "./sql.ts";

/** Rows are only ever added: an outcome is a row of its own. */
export function sqlJournal(tenancy: Tenancy): Journal {
  const { sql, tenant } = tenancy;
  return {
    intend: (record) => sql.transaction((inside) => intendInside(inside, tenancy, record)),
    settle: (intent, outcome, detail) => sql.transaction((inside) => settleInside(inside, tenancy, intent, outcome, detail)),
    async unsettled(binding) {
      const rows = await sql.query<StoredRow>(unsettledQuery(binding), binding ? [tenant, ...bound(binding)] : [tenant]);
      return rows.map(toUnsettled);
    },
    rows: async (after, limit) => (await readRows(sql, tenant, after, limit)).map(toRow),
    verify: () => verify({ sql, tenant }),
    prune: (at) => prune(sql, tenant, at),
  };
}

export async function intendInside(inside: Queries, { tenant, clock }: Tenancy, record: IntentRecord): Promise<string> {
  const { requestId, redacted, approval = null, principal, tool, arguments: digest } = record;
  const intent = randomId("int");
  const call = { principal, tool, arguments: digest, request_id: requestId, approval, redacted: canonicalJson(redacted) };
  await append(inside, { ...call, tenant, at: clock.now(), intent, phase: "intent", detail: null });
  return intent;
}

export async function settleInside(
  inside: Queries,
  { tenant, clock }: Tenancy,
  intent: string,
  outcome: Outcome,
  detail?: string,
): Promise<void> {
  const [begun] = await inside.query<StoredRow>(
    `SELECT ${COLUMNS} FROM trunkline_journal WHERE tenant = ? AND intent = ? AND phase = 'intent'`,
    [tenant, intent],
  );
  if (!begun) throw new Error("an intent that the journal does not have cannot be settled");
  const { seq: _seq, hash: _hash, ...call } = begun;
  // The arguments stand in the intent's row; who and what are repeated, so that each row can be read alone.
  await append(inside, { ...call, at: clock.now(), phase: outcome, redacted: "{}", detail: detail ?? null });
}

function unsettledQuery(binding: Binding | undefined): string {
  return `SELECT ${COLUMNS} FROM trunkline_journal begun WHERE begun.tenant = ? AND begun.phase = 'intent'
    ${binding ? "AND begun.principal = ? AND begun.tool = ? AND begun.arguments = ?" : ""}
    AND NOT EXISTS (SELECT 1 FROM trunkline_journal settled WHERE settled.tenant = begun.tenant
      AND settled.intent = begun.intent AND settled.phase IN ('done', 'failed'))
    ORDER BY begun.seq`;
}

function bound({ principal, tool, arguments: digest }: Binding): string[] {
  return [principal, tool, digest];
}

function toUnsettled(row: StoredRow): UnsettledIntent {
  const { intent: id, at, principal, tool, arguments: digest, request_id: requestId } = row;
  return { id, at, principal, tool, arguments: digest, requestId, redacted: JSON.parse(row.redacted), approval: row.approval ?? undefined };
}

function toRow(row: StoredRow): JournalRow {
  const { seq, at, intent, principal, tool, request_id: requestId } = row;
  return {
    ...{ seq, at, intent, principal, tool, requestId },
    phase: row.phase as JournalRow["phase"],
    redacted: JSON.parse(row.redacted),
    approval: row.approval ?? undefined,
    detail: row.detail ?? undefined,
  };
}
