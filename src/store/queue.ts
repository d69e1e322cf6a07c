import type { Log } from "../core/log.ts";
import type { LeftPlan, PlanQueue } from "../core/store/plan-queue.ts";
import type { Sql } from "./sql.ts";

/** Tables of its own: those of a library are not ours to migrate. */
const SCHEMA = "trunkline_queue";
const QUEUE = "plans";
const POLL_SECONDS = 0.5;
/** Handing out takes a moment. What a replica held that died in it is offered again anyway. */
const EXPIRE_SECONDS = 5;
/** What was handed out tells nobody anything: the journal does. */
const KEEP_SECONDS = 60;
const MAINTENANCE_SECONDS = 60;
const BATCH = 10;

/**
 * pg-boss on the pool that is open already. It is one library without a connection of its own; a plan waits in it at most
 * once (policy `short`), and a replica that died with a job does not block the next offer, for an active job does not count.
 */
export async function openQueue(sql: Sql, log: Log): Promise<PlanQueue | undefined> {
  const { native } = sql;
  if (!native) return undefined;
  const { default: PgBoss } = await import("pg-boss");
  const boss = new PgBoss({
    db: { executeSql: native },
    schema: SCHEMA,
    schedule: false,
    maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
    archiveCompletedAfterSeconds: KEEP_SECONDS,
    deleteAfterSeconds: KEEP_SECONDS,
  });
  boss.on("error", (error) => log.warn({ error }, "the queue of plans had a problem; it goes on"));
  // One replica at a time: those that make the same queue at once lock each other out.
  await sql.alone(async () => {
    await boss.start();
    await boss.createQueue(QUEUE, { name: QUEUE, policy: "short", expireInSeconds: EXPIRE_SECONDS, retryLimit: 0 });
  });
  return {
    offer: async (left) => void (await boss.send(QUEUE, left, { singletonKey: JSON.stringify([left.tenant, left.plan]) })),
    work: async (run) => {
      await boss.work<LeftPlan>(QUEUE, { pollingIntervalSeconds: POLL_SECONDS, batchSize: BATCH }, async (jobs) => {
        for (const { data } of jobs) run(data);
      });
    },
    // What it was about to hand out is offered again by those who stay.
    close: () => boss.stop({ graceful: false }),
  };
}
