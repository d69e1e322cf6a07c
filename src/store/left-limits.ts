import type { Queries } from "./sql.ts";

/** Plans of one principal that were never started: an agent may make them as fast as it likes, and nobody looks after them. */
const KEPT_PLANS = 200;
const KEPT_CHARACTERS = 16 * 1024 * 1024;

const unstarted = `plan.tenant = ? AND plan.principal = ? AND plan.started_at IS NULL AND plan.state IN ('planned', 'void', 'cancelled')
  AND NOT EXISTS (SELECT 1 FROM trunkline_plan_steps step WHERE step.tenant = plan.tenant AND step.plan = plan.id)`;

/** Removes the oldest of them beyond what is kept; never the one that was made now, nor one that was ever started. */
export async function dropOldPlans(queries: Queries, tenant: string, principal: string, made: string): Promise<void> {
  await queries.query(
    `DELETE FROM trunkline_plans AS plan WHERE ${unstarted} AND plan.id <> ? AND plan.id IN (
       SELECT id FROM (
         SELECT plan.id AS id, ROW_NUMBER() OVER newest AS place, SUM(LENGTH(plan.content)) OVER newest AS characters
         FROM trunkline_plans plan WHERE ${unstarted}
         WINDOW newest AS (ORDER BY plan.made_at DESC, plan.id ROWS UNBOUNDED PRECEDING)
       ) kept WHERE place > ${KEPT_PLANS} OR characters > ${KEPT_CHARACTERS})`,
    [tenant, principal, made, tenant, principal],
  );
}

/** Approvals of one principal that nobody decided. */
const KEPT_QUESTIONS = 200;

/** Removes the oldest of them beyond what is kept. The agent that claims one of these has to ask again. */
export async function dropOldQuestions(queries: Queries, tenant: string, principal: string, asked: string): Promise<void> {
  const undecided = "tenant = ? AND principal = ? AND state = 'pending'";
  await queries.query(
    `DELETE FROM trunkline_approvals WHERE ${undecided} AND id <> ? AND id IN (
       SELECT id FROM trunkline_approvals WHERE ${undecided} ORDER BY asked_at DESC, id LIMIT 100000 OFFSET ${KEPT_QUESTIONS})`,
    [tenant, principal, asked, tenant, principal],
  );
}
