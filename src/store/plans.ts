import { canonicalJson } from "../core/canonical.ts";
import type { Begun, Lease, LeftPlan, Plans, StepBegin, StepEnd, StepTrace, StoredPlan } from "../core/store/plans.ts";
import { LOCK_MS } from "../core/store/store.ts";
import { lockInside, renewLocksInside, unlockInside } from "./claims.ts";
import { intendInside, settleInside } from "./journal.ts";
import { dropOldPlans } from "./left-limits.ts";
import { placeholderList, placeholderRows, type Queries, type Tenancy, type Value } from "./sql.ts";
import { ageOf, byOwnClock, timeOf } from "./time.ts";

interface PlanRow {
  id: string;
  principal: string;
  policy: string;
  content: string;
  state: StoredPlan["state"];
  approval: string | null;
  cancel_asked: number;
  made_at: number;
  started_at: number | null;
  report: string | null;
}

const COLUMNS = "id, principal, policy, content, state, approval, cancel_asked, made_at, report, started_at";

class Busy extends Error {}

export function sqlPlans(tenancy: Tenancy): Plans {
  const { sql, tenant, clock } = tenancy;
  const now = () => timeOf(tenancy);

  return {
    keep: (record) => keep(tenancy, record),
    async find(id) {
      const [row] = await sql.query<PlanRow>(`SELECT ${COLUMNS} FROM trunkline_plans WHERE tenant = ? AND id = ?`, [tenant, id]);
      return row && toPlan(row);
    },
    start: (id, approval) =>
      changed(sql, "state = 'running', approval = ?, started_at = ?", [approval ?? null, clock.now()], "state = 'planned'", [], tenant, id),
    end: (id, state) => changed(sql, "state = ?", [state], "state = 'planned'", [], tenant, id),
    async askToCancel(id) {
      await changed(sql, "cancel_asked = 1", [], "state = 'running'", [], tenant, id);
    },
    async lease(plan, ttlMs) {
      const at = now();
      const [row] = await sql.query<{ fence: number }>(
        `UPDATE trunkline_plans SET fence = fence + 1, lease_until = ${at.text} + ?
         WHERE tenant = ? AND id = ? AND state = 'running' AND ${at.over} RETURNING fence`,
        [...at.values, ttlMs, tenant, plan, ...at.overValues],
      );
      return row && { plan, fence: row.fence };
    },
    async renew(lease, ttlMs) {
      const answer = await renewInside(sql, tenancy, lease, ttlMs);
      // A step that waits for its place in the carrier's rate stays held as long as the lease does. Not in one transaction: a
      // process that is stopped within one keeps the plan from whoever is to take it over.
      if (answer !== "lost") await renewLocksInside(sql, tenancy, lease.plan, LOCK_MS);
      return answer;
    },
    begin: (lease, ttlMs, steps) => begin(tenancy, lease, ttlMs, steps),
    settle: (ends, plan) => sql.transaction((inside) => endInside(inside, tenancy, plan, ends)),
    steps: (id) => readSteps(tenancy, id),
    stepOf: (intent) => stepOf(tenancy, intent),
    countDone: (id) => countDone(tenancy, id),
    async finish({ plan, fence }, state, report) {
      const values = [state, canonicalJson(report)];
      return await changed(sql, "state = ?, report = ?, lease_until = 0", values, "state = 'running' AND fence = ?", [fence], tenant, plan);
    },
    async amend(id, report) {
      await changed(sql, "report = ?", [canonicalJson(report)], "state IN ('failed', 'cancelled')", [], tenant, id);
    },
    async release({ plan, fence }) {
      await changed(sql, "lease_until = 0", [], "state = 'running' AND fence = ?", [fence], tenant, plan);
    },
    async abandoned() {
      const at = now();
      const rows = await sql.query<{ id: string }>(
        `SELECT id FROM trunkline_plans WHERE tenant = ? AND state = 'running' AND ${at.over} ORDER BY made_at`,
        [tenant, ...at.overValues],
      );
      return rows.map(({ id }) => id);
    },
  };
}

async function keep(tenancy: Tenancy, record: Parameters<Plans["keep"]>[0], generation = 1): Promise<string> {
  const { sql, tenant, clock } = tenancy;
  const id = generation === 1 ? record.id : `${record.id}-${generation}`;
  await sql.query(
    `INSERT INTO trunkline_plans (tenant, ${COLUMNS}, fence, lease_until) VALUES (?, ?, ?, ?, ?, 'planned', NULL, 0, ?, NULL, NULL, 0, 0)
     ON CONFLICT (tenant, id) DO NOTHING`,
    [tenant, id, record.principal, record.policy, canonicalJson(record.content), clock.now()],
  );
  const [row] = await sql.query<{ state: string }>("SELECT state FROM trunkline_plans WHERE tenant = ? AND id = ?", [tenant, id]);
  if (row?.state !== "planned" && row?.state !== "running") return await keep(tenancy, record, generation + 1);
  await dropOldPlans(sql, tenant, record.principal, id);
  return id;
}

/** SQL patterns of the names under which tenants are kept. */
export interface TenantNames {
  like?: string;
  unlike?: string;
}

/** A replica takes up so many plans in one poll. */
const TAKEN_AT_ONCE = 20;

/**
 * Some of the plans, of all tenants, that are to run and that nobody runs. By chance: replicas that ask at the same moment share
 * a heap instead of racing for its first plan, and plans that none of them serves hide no others.
 */
export async function leftPlans(tenancy: Omit<Tenancy, "tenant">, names: TenantNames = {}): Promise<LeftPlan[]> {
  const at = timeOf(tenancy);
  const { like = "%", unlike = "" } = names;
  return await tenancy.sql.query<LeftPlan>(
    `SELECT tenant, id AS plan FROM trunkline_plans
     WHERE state = 'running' AND ${at.over} AND tenant LIKE ? AND tenant NOT LIKE ? ORDER BY RANDOM() LIMIT ?`,
    [...at.overValues, like, unlike, TAKEN_AT_ONCE],
  );
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
    return { kind: "begun", intents: await beginInside(inside, tenancy, lease.plan, steps) };
  };
  return await tenancy.sql.transaction(work).catch((error: unknown) => {
    if (error instanceof Busy) return { kind: "busy" };
    throw error;
  });
}

/** Locks are taken in one order: the plan, the locked calls, the journal's head. */
async function beginInside(inside: Queries, tenancy: Tenancy, plan: string, steps: readonly StepBegin[]): Promise<string[]> {
  const keys = steps.map(({ lock }) => lock);
  if (!(await lockInside(inside, tenancy, keys, plan, LOCK_MS))) throw new Busy();
  const intents = await intendInside(inside, tenancy, steps);
  await inside.query(
    `INSERT INTO trunkline_plan_steps (tenant, plan, n, intent, result) VALUES ${placeholderRows(steps.length, 5)}`,
    steps.flatMap(({ n }, index) => [tenancy.tenant, plan, n, intents[index] ?? "", null]),
  );
  return intents;
}

async function endInside(inside: Queries, tenancy: Tenancy, plan: string, ends: readonly StepEnd[]): Promise<void> {
  await unlockInside(
    inside,
    tenancy,
    ends.map(({ lock }) => lock),
    plan,
  );
  const kept = ends.flatMap(({ intent, result }) => (result === undefined ? [] : [{ intent, result: canonicalJson(result) }]));
  if (kept.length > 0) await keepResults(inside, tenancy.tenant, plan, kept);
  await settleInside(inside, tenancy, ends);
}

async function keepResults(inside: Queries, tenant: string, plan: string, kept: readonly { intent: string; result: string }[]) {
  const cases = kept.map(() => "WHEN ? THEN ?").join(" ");
  await inside.query(
    `UPDATE trunkline_plan_steps SET result = CASE intent ${cases} END
     WHERE tenant = ? AND plan = ? AND intent IN (${placeholderList(kept.length)})`,
    [...kept.flatMap(({ intent, result }) => [intent, result]), tenant, plan, ...kept.map(({ intent }) => intent)],
  );
}

interface StepRow {
  n: number;
  intent: string;
  result: string | null;
  phase: StepTrace["phase"];
  at: number;
  age: number | null;
}

/** Writes begun steps beside the plan; the journal says how each ended. */
async function readSteps(tenancy: Tenancy, plan: string): Promise<StepTrace[]> {
  const { sql, tenant } = tenancy;
  const age = ageOf(tenancy, "row.begun");
  const rows = await sql.query<StepRow>(
    // A cross join, because SQLite keeps to its order: by the other one it reads every step for each row of the journal.
    `SELECT step.n, step.intent, step.result, row.phase, row.at, ${age.text} AS age FROM trunkline_plan_steps step CROSS JOIN trunkline_journal row
     WHERE step.tenant = ? AND step.plan = ? AND row.tenant = step.tenant AND row.intent = step.intent ORDER BY row.seq`,
    [...age.values, tenant, plan],
  );
  const attempts = new Map<string, StepTrace>();
  for (const { n, intent, phase, result, ...row } of rows) {
    const begunAt = attempts.get(intent)?.at ?? byOwnClock(tenancy, row);
    attempts.set(intent, { n, intent, phase, at: begunAt, result: result === null ? undefined : JSON.parse(result) });
  }
  const steps = new Map<number, StepTrace>();
  for (const attempt of attempts.values()) {
    const known = steps.get(attempt.n);
    if (!known || weight[attempt.phase] >= weight[known.phase]) steps.set(attempt.n, attempt);
  }
  return [...steps.values()];
}

async function stepOf({ sql, tenant }: Tenancy, intent: string): Promise<{ plan: string; n: number } | undefined> {
  const text = "SELECT plan, n FROM trunkline_plan_steps WHERE tenant = ? AND intent = ?";
  return (await sql.query<{ plan: string; n: number }>(text, [tenant, intent]))[0];
}

/** A result is kept of what took effect, and of nothing else; a step may have been begun twice. */
async function countDone({ sql, tenant }: Tenancy, plan: string): Promise<number> {
  const [row] = await sql.query<{ done: number }>(
    "SELECT COUNT(DISTINCT n) AS done FROM trunkline_plan_steps WHERE tenant = ? AND plan = ? AND result IS NOT NULL",
    [tenant, plan],
  );
  return row?.done ?? 0;
}

/** Done once is done, and what is open stays so, even where a runner that lost its lease reports an older attempt's end later. */
const weight: Record<StepTrace["phase"], number> = { failed: 0, unknown: 1, intent: 1, done: 2 };

function toPlan({ content, report, approval, cancel_asked, made_at, started_at, ...row }: PlanRow): StoredPlan {
  return {
    ...row,
    content: JSON.parse(content),
    report: report === null ? undefined : JSON.parse(report),
    approval: approval ?? undefined,
    cancelAsked: cancel_asked !== 0,
    madeAt: made_at,
    startedAt: started_at ?? undefined,
  };
}
