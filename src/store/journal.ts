import { canonicalJson } from "../core/canonical.ts";
import type { Binding, IntentRecord, Journal, JournalRow, TrunkSeen, UnsettledIntent, WriteOutcome } from "../core/store/journal.ts";
import { append, COLUMNS, readRows, type StoredRow } from "./chain.ts";
import { prune } from "./prune.ts";
import { placeholderList, type Queries, randomId, type Tenancy } from "./sql.ts";
import { ageOf, byOwnClock } from "./time.ts";
import { verify } from "./verify.ts";

/** Rows are only ever added: an outcome is a row of its own. */
export function sqlJournal(tenancy: Tenancy): Journal {
  const { sql, tenant } = tenancy;
  return {
    async intend(record) {
      const [intent] = await sql.transaction((inside) => intendInside(inside, tenancy, [record]));
      if (intent === undefined) throw new Error("the journal named no intent");
      return intent;
    },
    settle: (intent, outcome, detail) => sql.transaction((inside) => settleInside(inside, tenancy, [{ intent, outcome, detail }])),
    async unsettled(binding) {
      const age = ageOf(tenancy, "begun.begun");
      const values = [...age.values, tenant, ...(binding ? bound(binding) : [])];
      const rows = await sql.query<StoredRow & { age: number | null }>(unsettledQuery(binding, age.text), values);
      return rows.map((row) => ({ ...toUnsettled(row), at: byOwnClock(tenancy, row) }));
    },
    rows: async (after, limit) => (await readRows(sql, tenant, after, limit)).map(toRow),
    async earlierNames(provider, trunkId, since) {
      const rows = await sql.query<{ name: string; until: number }>(
        `SELECT trunk_name AS name, MAX(at) AS until FROM trunkline_journal
         WHERE tenant = ? AND phase = 'intent' AND trunk = ? AND at >= ? GROUP BY trunk_name ORDER BY MAX(seq) DESC`,
        [tenant, trunkKey(provider, trunkId), since],
      );
      return rows.map(({ name, until }) => ({ name: JSON.parse(name), until }));
    },
    async verify() {
      const { rows, problem } = await verify({ sql, tenant });
      return { rows, problem };
    },
    prune: (at) => prune(sql, tenant, at),
  };
}

export async function intendInside(inside: Queries, tenancy: Tenancy, records: readonly IntentRecord[]): Promise<string[]> {
  const rows = records.map(({ requestId, redacted, approval = null, about, shown = null, principal, tool, arguments: digest }) => {
    const call = { principal, tool, arguments: digest, request_id: requestId, approval, redacted: canonicalJson(redacted) };
    const trunk = about ? trunkKey(about.provider, about.trunk_id) : null;
    const seen = { trunk, trunk_name: about ? canonicalJson(about.trunk_name) : null, shown };
    return { ...call, ...seen, at: tenancy.clock.now(), intent: randomId("int"), phase: "intent", detail: null };
  });
  await append(inside, tenancy, rows);
  return rows.map(({ intent }) => intent);
}

/** How a write ended that was begun. */
export interface Settlement {
  intent: string;
  outcome: WriteOutcome;
  detail?: string | undefined;
}

export async function settleInside(inside: Queries, tenancy: Tenancy, ends: readonly Settlement[]): Promise<void> {
  const { tenant, clock } = tenancy;
  const rows = await inside.query<StoredRow>(
    `SELECT ${COLUMNS} FROM trunkline_journal WHERE tenant = ? AND intent IN (${placeholderList(ends.length)}) AND phase = 'intent'`,
    [tenant, ...ends.map(({ intent }) => intent)],
  );
  const begun = new Map(rows.map((row) => [row.intent, row]));
  const settled = ends.map(({ intent, outcome, detail }) => {
    const row = begun.get(intent);
    if (!row) throw new Error("an intent that the journal does not have cannot be settled");
    const { tenant: _tenant, seq: _seq, hash: _hash, ...call } = row;
    // The arguments stand in the intent's row; who and what are repeated, so that each row can be read alone.
    return { ...call, at: clock.now(), phase: outcome, redacted: "{}", detail: detail ?? null };
  });
  await append(inside, tenancy, settled);
}

function unsettledQuery(binding: Binding | undefined, age: string): string {
  return `SELECT ${COLUMNS}, ${age} AS age FROM trunkline_journal begun WHERE begun.tenant = ? AND begun.phase = 'intent'
    ${binding ? "AND begun.principal = ? AND begun.tool = ? AND begun.arguments = ?" : ""}
    AND NOT EXISTS (SELECT 1 FROM trunkline_journal settled WHERE settled.tenant = begun.tenant
      AND settled.intent = begun.intent AND settled.phase IN ('done', 'failed'))
    ORDER BY begun.seq`;
}

function bound({ principal, tool, arguments: digest }: Binding): string[] {
  return [principal, tool, digest];
}

function trunkKey(provider: string, trunkId: string): string {
  return canonicalJson([provider, trunkId]);
}

function toUnsettled(row: StoredRow): UnsettledIntent {
  return { id: row.intent, at: row.at, principal: row.principal, tool: row.tool, arguments: row.arguments, ...toWords(row) };
}

function toRow(row: StoredRow): JournalRow {
  const { seq, at, intent, principal, tool } = row;
  return { seq, at, intent, principal, tool, phase: row.phase as JournalRow["phase"], ...toWords(row), detail: row.detail ?? undefined };
}

/** Parts of an intent that every reader of the journal gets. */
function toWords(row: StoredRow): Pick<JournalRow, "requestId" | "redacted" | "approval" | "about" | "shown"> {
  return {
    requestId: row.request_id,
    redacted: JSON.parse(row.redacted),
    approval: row.approval ?? undefined,
    about: toTrunkSeen(row),
    shown: row.shown ?? undefined,
  };
}

function toTrunkSeen({ trunk, trunk_name }: StoredRow): TrunkSeen | undefined {
  if (trunk === null || trunk_name === null) return undefined;
  const [provider, trunk_id] = JSON.parse(trunk) as [string, string];
  return { provider, trunk_id, trunk_name: JSON.parse(trunk_name) };
}
