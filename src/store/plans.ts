import { canonicalJson } from "../core/canonical.ts";
import type { Begun, Lease, Plans, StepBegin, StepEnd, StepTrace, StoredPlan } from "../core/plans.ts";
import { HELD_MS, holdInside, releaseInside } from "./claims.ts";
import { intendInside, settleInside } from "./journal.ts";
import type { Queries, Tenancy, Value } from "./sql.ts";

interface PlanRow {
  id: string;
  principal: string;
  policy: string;
  content: string;
  state: StoredPlan["state"];
  approval: string | null;
  cancel_asked: number;
  made_at: number;
  report: string | null;
}

const COLUMNS = "id, principal, policy, content, state, approval, cancel_asked, made_at, report";

class Busy extends Error {}

export function sqlPlans(tenancy: Tenancy): Plans {
  const { sql, tenant, clock } = tenancy;
  const now = () => timeOf(tenancy);

  async function keep(record: Parameters<Plans["keep"]>[0], generation: number): Promise<string> {
    const id = generation === 1 ? record.id : `${record.id}-${generation}`;
    await sql.query(
      `INSERT INTO trunkline_plans (tenant, ${COLUMNS}, fence, lease_until) VALUES (?, ?, ?, ?, ?, 'planned', NULL, 0, ?, NULL, 0, 0)
       ON CONFLICT (tenant, id) DO NOTHING`,
      [tenant, id, record.principal, record.policy, canonicalJson(record.content), clock.now()],
    );
    const [row] = await sql.query<{ state: string }>("SELECT state FROM trunkline_plans WHERE tenant = ? AND id = ?", [tenant, id]);
    return row?.state === "planned" || row?.state === "running" ? id : await keep(record, generation + 1);
  }

  return {
    keep: (record) => keep(record, 1),
    async find(id) {
      const [row] = await sql.query<PlanRow>(`SELECT ${COLUMNS} FROM trunkline_plans WHERE tenant = ? AND id = ?`, [tenant, id]);
      return row && toPlan(row);
    },
    start: (id, approval) => changed(sql, "state = 'running', approval = ?", [approval ?? null], "state = 'planned'", [], tenant, id),
    end: (id, state) => changed(sql, "state = ?", [state], "state = 'planned'", [], tenant, id),
    async askToCancel(id) {
      await changed(sql, "cancel_asked = 1", [], "state = 'running'", [], tenant, id);
    },
    async lease(plan, ttlMs) {
      const at = now();
      const [row] = await sql.query<{ fence: number }>(
        `UPDATE trunkline_plans SET fence = fence + 1, lease_until = ${at.text} + ?
         WHERE tenant = ? AND id = ? AND state = 'running' AND lease_until <= ${at.text} RETURNING fence`,
        [...at.values, ttlMs, tenant, plan, ...at.values],
      );
      return row && { plan, fence: row.fence };
    },
    renew: (lease, ttlMs) => renewInside(sql, tenancy, lease, ttlMs),
    begin: (lease, ttlMs, steps) => begin(tenancy, lease, ttlMs, steps),
    settle: (ends, plan) =>
      sql.transaction(async (inside) => {
        for (const end of ends) await endInside(inside, tenancy, plan, end);
      }),
    steps: (id) => readSteps(tenancy, id),
    async finish({ plan, fence }, state, report) {
      const values = [state, canonicalJson(report)];
      return await changed(sql, "state = ?, report = ?, lease_until = 0", values, "state = 'running' AND fence = ?", [fence], tenant, plan);
    },
    async release({ plan, fence }) {
      await changed(sql, "lease_until = 0", [], "state = 'running' AND fence = ?", [fence], tenant, plan);
    },
    async abandoned() {
      const at = now();
      const rows = await sql.query<{ id: string }>(
        `SELECT id FROM trunkline_plans WHERE tenant = ? AND state = 'running' AND lease_until <= ${at.text} ORDER BY made_at`,
        [tenant, ...at.values],
      );
      return rows.map(({ id }) => id);
    },
  };
}

/** Leases are timed by one clock: the database's, where several machines share it. */
function timeOf({ sql, clock }: Tenancy): { text: string; values: Value[] } {
  return sql.time === undefined ? { text: "CAST(? AS BIGINT)", values: [clock.now()] } : { text: sql.time, values: [] };
}

async function changed(
  queries: Queries,
  set: string,
  setValues: Value[],
  where: string,
  whereValues: Value[],
  tenant: string,
  id: string,
): Promise<boolean> {
  const text = `UPDATE trunkline_plans SET ${set} WHERE tenant = ? AND id = ? AND ${where} RETURNING id`;
  return (await queries.query(text, [...setValues, tenant, id, ...whereValues])).length === 1;
}

async function renewInside(queries: Queries, tenancy: Tenancy, { plan, fence }: Lease, ttlMs: number) {
  const at = timeOf(tenancy);
  const [row] = await queries.query<{ cancel_asked: number }>(
    `UPDATE trunkline_plans SET lease_until = ${at.text} + ? WHERE tenant = ? AND id = ? AND state = 'running' AND fence = ?
     RETURNING cancel_asked`,
    [...at.values, ttlMs, tenancy.tenant, plan, fence],
  );
  if (!row) return "lost";
  return row.cancel_asked === 0 ? "held" : "cancelled";
}

async function begin(tenancy: Tenancy, lease: Lease, ttlMs: number, steps: readonly StepBegin[]): Promise<Begun> {
  const work = async (inside: Queries): Promise<Begun> => {
    const held = await renewInside(inside, tenancy, lease, ttlMs);
    if (held !== "held") return { kind: held };
    const intents: string[] = [];
    for (const step of steps) intents.push(await beginInside(inside, tenancy, lease.plan, step));
    return { kind: "begun", intents };
  };
  return await tenancy.sql.transaction(work).catch((error: unknown) => {
    if (error instanceof Busy) return { kind: "busy" };
    throw error;
  });
}

async function beginInside(inside: Queries, tenancy: Tenancy, plan: string, { n, hold, ...record }: StepBegin): Promise<string> {
  if (!(await holdInside(inside, tenancy, hold, plan, HELD_MS))) throw new Busy();
  const intent = await intendInside(inside, tenancy, record);
  await inside.query("INSERT INTO trunkline_plan_steps (tenant, plan, n, intent, result) VALUES (?, ?, ?, ?, NULL)", [
    ...[tenancy.tenant, plan, n, intent],
  ]);
  return intent;
}

async function endInside(inside: Queries, tenancy: Tenancy, plan: string, end: StepEnd): Promise<void> {
  const { intent, hold, outcome, detail, result } = end;
  await inside.query("UPDATE trunkline_plan_steps SET result = ? WHERE tenant = ? AND plan = ? AND intent = ?", [
    ...[result === undefined ? null : canonicalJson(result), tenancy.tenant, plan, intent],
  ]);
  await settleInside(inside, tenancy, intent, outcome, detail);
  await releaseInside(inside, tenancy, hold, plan);
}

interface StepRow {
  n: number;
  intent: string;
  result: string | null;
  phase: StepTrace["phase"];
  at: number;
}

/** What was begun is written beside the plan; how it ended, the journal says. */
async function readSteps({ sql, tenant }: Tenancy, plan: string): Promise<StepTrace[]> {
  const rows = await sql.query<StepRow>(
    `SELECT step.n, step.intent, step.result, row.phase, row.at FROM trunkline_plan_steps step
     JOIN trunkline_journal row ON row.tenant = step.tenant AND row.intent = step.intent
     WHERE step.tenant = ? AND step.plan = ? ORDER BY row.seq`,
    [tenant, plan],
  );
  const attempts = new Map<string, StepTrace>();
  for (const { n, intent, phase, at, result } of rows) {
    const begunAt = attempts.get(intent)?.at ?? at;
    attempts.set(intent, { n, intent, phase, at: begunAt, result: result === null ? undefined : JSON.parse(result) });
  }
  const steps = new Map<number, StepTrace>();
  for (const attempt of attempts.values()) {
    const known = steps.get(attempt.n);
    if (!known || weight[attempt.phase] >= weight[known.phase]) steps.set(attempt.n, attempt);
  }
  return [...steps.values()];
}

/** Done once is done, and what is open stays so, even where a runner that lost its lease reports an older attempt's end later. */
const weight: Record<StepTrace["phase"], number> = { failed: 0, unknown: 1, intent: 1, done: 2 };

function toPlan({ content, report, approval, cancel_asked, made_at, ...row }: PlanRow): StoredPlan {
  return {
    ...row,
    content: JSON.parse(content),
    report: report === null ? undefined : JSON.parse(report),
    approval: approval ?? undefined,
    cancelAsked: cancel_asked !== 0,
    madeAt: made_at,
  };
}
