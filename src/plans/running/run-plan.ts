import { setMaxListeners } from "node:events";
import { shownDigest } from "../../approval/agree.ts";
import { say } from "../../approval/sentences.ts";
import type { Step } from "../../core/carrier/planner.ts";
import { carriersUnder } from "../../core/carrier/provider.ts";
import { TrunkError } from "../../core/errors.ts";
import { DECIDE_MS } from "../../core/person-limits.ts";
import type { Progress } from "../../core/plan-progress.ts";
import type { StoredPlan } from "../../core/store/plans.ts";
import { errorReport } from "../../pipeline/result.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { stepTool, toolsOfTrunks } from "../planning/judge-steps.ts";
import { type Planners, plannersOf } from "../planning/observe.ts";
import { rowsOf } from "../planning/step-rows.ts";
import { Cancelled, type StepOutcome } from "./attempt.ts";
import { withFollowUps } from "./follow-ups.ts";
import { holdLease, LEASE_MS, LeaseLost } from "./lease.ts";
import { contentOf, type FailedStep, type PlanReport, urisOf } from "./plan-record.ts";
import { checkSteps } from "./ready-step.ts";
import { isLasting, Refusals } from "./refusals.ts";
import { isOpen, readingOnce, remember, runGroup, settleOpen } from "./run-group.ts";
import { StepGuard } from "./step-guard.ts";
import type { PersonsWord, Work } from "./work.ts";

/** Report progress at least every 128 steps. */
const MOST_TOGETHER = 128;
/** No person waits for a single call of a plan, so each may wait many minutes for the carrier's rate. */
const MAX_WAIT_MS = 15 * 60_000;
/** Runs what is left of a plan, if nobody else does; the journal says what is done. True: it ended, and a carrier did not tell all. */
export async function runPlan(id: string, given: Scope, stop: AbortSignal, tell: Progress): Promise<boolean> {
  const { plans } = given.store;
  const takenAt = performance.now();
  const lease = await plans.lease(id, LEASE_MS);
  if (!lease) return false;
  const held = holdLease(lease, plans, takenAt);
  try {
    const plan = await plans.find(id);
    if (!plan) return false;
    const scope = { ...given, principal: plan.principal };
    const traces = new Map((await plans.steps(id)).map((trace) => [trace.n, trace]));
    const calledOff = AbortSignal.any([stop, held.cancelled]);
    setMaxListeners(0, calledOff);
    const record = contentOf(plan);
    const { steps } = record.content;
    // A plan that is resumed after its approval has expired does nothing more that needed it.
    const isLate = plan.startedAt === undefined || scope.clock.now() > plan.startedAt + DECIDE_MS;
    const guard = await StepGuard.of(record, scope, plan.approval !== undefined && isLate);
    const word = await wordFor(plan.approval, scope);
    const carriers = carriersUnder({ mayLeave: () => held.check(), maxWaitMs: MAX_WAIT_MS }, scope.carriers);
    const isConnected = record.content.connected === true;
    const work: Work = {
      plan: id,
      isConnected,
      word,
      scope: { ...scope, carriers },
      held,
      traces,
      known: new Map(),
      guard,
      stop,
      calledOff,
    };
    await knowDone(steps, work);
    const ended = await runSteps(steps, work, tell);
    const { report, isOpenStill } = await followed(ended, plan, scope);
    if (report) await plans.finish(lease, report.state, report);
    else await plans.release(lease);
    await scope.cache.clear();
    // A client that was answered `running` may have subscribed.
    await scope.changes.publish({ list: true, uris: [`plans://${id}`, ...urisOf(record, work.known)] });
    return isOpenStill;
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    given.log.warn({ plan: id }, "another process runs the plan now");
    return false;
  } finally {
    held.end();
  }
}

/** A plan that stops half-way names the plans that follow it: they are made now, so that reading it makes nothing. */
async function followed(
  report: PlanReport | undefined,
  plan: StoredPlan,
  scope: Scope,
): Promise<{ report: PlanReport | undefined; isOpenStill: boolean }> {
  const traces = report && report.state !== "done" ? await scope.store.plans.steps(plan.id) : [];
  if (!report || traces.length === 0) return { report, isOpenStill: false };
  const { report: told, isComplete } = await withFollowUps(report, plan, traces, scope);
  return { report: { ...told, state: report.state }, isOpenStill: !isComplete || traces.some(isOpen) };
}

/** The approval of the whole, as each step's journal row names it. */
async function wordFor(approval: string | undefined, { store, clock }: Scope): Promise<PersonsWord | undefined> {
  if (approval === undefined) return undefined;
  const found = await store.approvals.find(approval);
  return { approval, ...(found ? { shown: shownDigest(say(found, clock.now())) } : {}) };
}

/** Trunks that earlier runs made are known by the ids in the store, and by nothing else. */
async function knowDone(steps: readonly Step[], work: Work): Promise<void> {
  for (const step of steps) {
    const trace = work.traces.get(step.n);
    if (trace?.phase === "done") await remember(await stepTool(step.tool), step, trace.result ?? {}, work);
  }
}

/** Runs the steps that are left. Undefined: this process is to end, and the plan goes on elsewhere. */
async function runSteps(steps: readonly Step[], work: Work, say: Progress): Promise<PlanReport | undefined> {
  const isDone = ({ n }: Step) => work.traces.get(n)?.phase === "done";
  const refusals = new Refusals(await toolsOfTrunks(steps), work.isConnected);
  const settled = await settleFirst(steps, work);
  if (!Array.isArray(settled)) return settled;
  const left = steps.filter((step) => !isDone(step) && !settled.some(({ ready }) => ready.step.n === step.n));
  const done = steps.filter(isDone).length + note(settled, refusals);
  const refusal = await ending(() => checkSteps(left, work.scope));
  if (refusal) return refusal instanceof TrunkError ? { state: "failed", failed: { error: errorReport(refusal, "change") } } : refusal;
  return await runLeft(left, { done, total: steps.length, refusals }, work, say);
}

/** How far a run is. */
interface Standing {
  done: number;
  total: number;
  refusals: Refusals;
}

async function runLeft(left: readonly Step[], standing: Standing, work: Work, say: Progress): Promise<PlanReport | undefined> {
  const { refusals, total } = standing;
  const planners = await plannersOf(work.scope.carriers);
  const { cancelled } = work.held;
  for (const group of groups(left)) {
    if (cancelled.aborted || work.stop.aborted) break;
    const free = group.filter((step) => !refusals.holds(step));
    const [first] = free;
    if (!first) continue;
    const ended = await ending(async () => {
      standing.done += note(await runGroup(free, work), refusals);
      say(standing.done, total, describe(free, planners));
    });
    if (ended instanceof TrunkError) refusals.add(first, ended);
    else if (ended) return ended;
  }
  if (standing.done === total) return { state: "done" };
  return endOfRun(work, reportOn(refusals, planners, work.scope));
}

function endOfRun({ held, stop }: Work, failures: Omit<PlanReport, "state">): PlanReport | undefined {
  if (held.cancelled.aborted) return { state: "cancelled", ...failures };
  return stop.aborted ? undefined : { state: "failed", ...failures };
}

/** Counts what is done, and notes what is not. */
function note(outcomes: readonly StepOutcome[], refusals: Refusals): number {
  for (const one of outcomes) if (one.outcome !== "done") refusals.add(one.ready.step, one.error);
  return outcomes.filter(({ outcome }) => outcome === "done").length;
}

/** The open steps, each with its end; a report, where the carrier cannot be asked: then nothing is sent. */
async function settleFirst(steps: readonly Step[], work: Work): Promise<StepOutcome[] | PlanReport> {
  const open = steps.filter(({ n }) => isOpen(work.traces.get(n)));
  const settled: StepOutcome[] = [];
  const ended = await ending(async () => void settled.push(...(await settleOpen(open, readingOnce(work)))));
  if (ended instanceof TrunkError) return { state: "failed", failed: { ...numberOf(open[0]), error: errorReport(ended, "change") } };
  return ended ?? settled;
}

/** A refusal before a step was sent is that step's. A fault of our own, or of the store, ends this run only. */
async function ending(run: () => Promise<void>): Promise<TrunkError | PlanReport | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof Cancelled) return { state: "cancelled" };
    if (error instanceof LeaseLost || !(error instanceof TrunkError) || error.code === "internal") throw error;
    return error;
  }
}

function numberOf(step: Step | undefined): { n?: number } {
  return step ? { n: step.n } : {};
}

function reportOn({ failed }: Refusals, planners: Planners, { clock }: Scope): Omit<PlanReport, "state"> {
  const [first, ...others] = failed.map(
    ({ step, error }): FailedStep => ({
      ...{ n: step.n, provider: step.provider, what: describe([step], planners) },
      ...{ error: errorReport(error, "change"), lasting: isLasting(error) },
    }),
  );
  const waits = failed.map(({ error }) => error.details.retry_after_seconds ?? 0);
  const waitMs = Math.max(0, ...waits) * 1000;
  return {
    ...(first ? { failed: first } : {}),
    ...(others.length > 0 ? { alsoFailed: others } : {}),
    ...(waitMs > 0 ? { retryAt: clock.now() + waitMs } : {}),
  };
}

function describe(group: readonly Step[], planners: Planners): string {
  const [row] = rowsOf(group, planners);
  return row?.said ?? "";
}

/** Neighbours that do the same to one trunk do not depend on each other. */
function groups(steps: readonly Step[]): Step[][] {
  const found: Step[][] = [];
  for (const step of steps) {
    const last = found.at(-1);
    const alike = last?.[0]?.tool === step.tool && last[0].trunk === step.trunk && step.effect === "create" && last.length < MOST_TOGETHER;
    if (alike) last.push(step);
    else found.push([step]);
  }
  return found;
}
