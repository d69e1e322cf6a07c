import { type Agreed, agree } from "../../approval/agree.ts";
import { consequenceOf } from "../../approval/judge.ts";
import { looksLikeAnother } from "../../approval/typed-name.ts";
import { ApprovalUsed } from "../../approval/words.ts";
import { digest } from "../../core/canonical.ts";
import { allTrunks } from "../../core/carrier/find-trunk.ts";
import type { Step } from "../../core/carrier/planner.ts";
import type { Trunk } from "../../core/carrier/trunk.ts";
import type { Consequence } from "../../core/consequence.ts";
import { TrunkError } from "../../core/errors.ts";
import type { Progress } from "../../core/plan-progress.ts";
import type { StoredPlan } from "../../core/store/plans.ts";
import { counted } from "../../core/text.ts";
import type { ToolResult } from "../../core/tool.ts";
import { approvalPorts, withEarlierNames } from "../../pipeline/gate.ts";
import { beforeSending } from "../../pipeline/lock.ts";
import type { ApplyCall, Scope } from "../../pipeline/scope.ts";
import { difference } from "../planning/drift.ts";
import { type JudgedStep, judgeSteps, reachesOf } from "../planning/judge-steps.ts";
import { observeAgain } from "../planning/observe-again.ts";
import { contentOf, ownPlan, type PlanRecord, policyDigest } from "./plan-record.ts";
import { isStopped } from "./plan-report.ts";
import { statusNow, statusOf } from "./plan-status.ts";
import { checkSteps } from "./ready-step.ts";
// Loaded with this file, so that a run begins before time is counted for its answer.
import "./run-plan.ts";
import type { PlanRuns, Run } from "./runs-here.ts";
import { settleStopped } from "./settle-left.ts";
import { movedAmong } from "./still-true.ts";

/** Answer after this long at the latest: hosts give up on a call after a minute. */
const ANSWER_MS = 24_000;
const POLL_EVERY_MS = 200;

/** Applies a plan once, however often it is asked to, and answers how far it is. */
export async function applyPlan(call: ApplyCall, scope: Scope, runs: PlanRuns): Promise<ToolResult> {
  const plan = await beforeSending(ownPlan(call.planId, scope));
  if (call.cancel) return await cancelPlan(plan, scope);
  if (plan.state === "void") throw voided(["It was void before."]);
  const agreed = plan.state === "planned" ? await start(plan, call, scope) : undefined;
  if (isStopped(plan.state)) await settleStopped(plan.id, scope);
  const progress = await follow(plan, call, scope, runs);
  return agreed ? { ...progress, approved: { by: agreed.by } } : progress;
}

async function cancelPlan(plan: StoredPlan, scope: Scope): Promise<ToolResult> {
  const { plans } = scope.store;
  // Another call may be starting it at this very moment.
  const ended = plan.state === "planned" && (await plans.end(plan.id, "cancelled"));
  if (!ended) await plans.askToCancel(plan.id);
  return await statusOf(plan.id, scope);
}

/** Everything that must hold before the first step, and the one approval of all. */
async function start(plan: StoredPlan, call: ApplyCall, scope: Scope): Promise<Agreed | undefined> {
  const record = contentOf(plan);
  const { plans } = scope.store;
  await checkSteps(record.content.steps, scope);
  const drift = plan.policy === policyDigest(scope.policy) ? await driftOf(record, scope, call.signal) : ["The operator's rules changed."];
  if (drift.length > 0) {
    // Another caller may have started it a moment ago: then it is the plan itself that changed things.
    if (await plans.end(plan.id, "void")) throw voided(drift);
    return undefined;
  }
  const agreed = await wordFor(record, plan, call, scope);
  await beforeSending(plans.start(plan.id, agreed?.approval));
  return agreed;
}

async function driftOf({ observed }: PlanRecord, scope: Scope, signal: AbortSignal): Promise<string[]> {
  const now = await beforeSending(observeAgain(observed, scope.carriers, signal));
  const changed = difference(observed, now);
  return changed.length > 0 ? changed : movedAmong(observed, now, await reachesOf(scope.carriers));
}

function voided(because: string[]): TrunkError {
  return new TrunkError("conflict", `The plan is void, because things are not as they were. Nothing was done. ${because.join(" ")}`, {
    hint: "Call plan_trunk again with the same arguments: it plans from what is there now.",
    applied: false,
  });
}

async function wordFor(record: PlanRecord, plan: StoredPlan, call: ApplyCall, scope: Scope): Promise<Agreed | undefined> {
  const consequence = await beforeSending(consequenceOfPlan(record, scope, call.signal));
  if (!consequence) return undefined;
  try {
    return await agree(call, consequence, approvalPorts(scope));
  } catch (error) {
    // The second of two calls with one approval finds it used, and the plan running: it is answered like the first.
    if (error instanceof ApprovalUsed && (await isStarted(plan.id, scope))) return undefined;
    throw error;
  }
}

/** The other call needs this long between the approval and the start. */
const STARTS_WITHIN_MS = [0, 50, 200, 500];

async function isStarted(planId: string, { store, clock }: Scope): Promise<boolean> {
  for (const afterMs of STARTS_WITHIN_MS) {
    if (afterMs > 0) await clock.sleep(afterMs);
    if ((await store.plans.find(planId))?.state !== "planned") return true;
  }
  return false;
}

/** Describes the whole plan for the one approval of it; undefined where no step needs a person's word. */
async function consequenceOfPlan({ content, observed }: PlanRecord, scope: Scope, signal: AbortSignal): Promise<Consequence | undefined> {
  const judged = await judgeSteps(content.steps, observed, scope.carriers, scope.policy.ask);
  const asking = judged.filter(({ asks }) => asks);
  if (asking.length === 0) return undefined;
  const state = { steps: digest(content.steps), observed: observed.map(({ fingerprint }) => fingerprint) };
  const names = await otherNames(asking, scope, signal);
  const parts = await withEarlierNames(judged, ({ step }) => step.provider, scope);
  const heading = `Apply a plan of ${counted(content.steps.length, "step")}`;
  const consequence = consequenceOf(heading, parts, state, ({ trunk_name, trunk_id }) =>
    looksLikeAnother(
      trunk_name,
      names.filter((one) => one.trunk_id !== trunk_id).map((one) => one.trunk_name),
    ),
  );
  return content.purpose?.length ? { ...consequence, purpose: content.purpose } : consequence;
}

async function otherNames(asking: readonly JudgedStep[], { carriers }: Scope, signal: AbortSignal): Promise<Trunk[]> {
  const concerned = carriers.filter(({ provider }) => asking.some(({ step }) => step.provider === provider.id));
  const listed = await Promise.all(concerned.map(async ({ connected }) => allTrunks(await connected(), signal)));
  return listed.flat();
}

/** Runs it here unless another process does, and waits as long as an answer may take. */
async function follow(plan: StoredPlan, call: ApplyCall, scope: Scope, runs: PlanRuns): Promise<ToolResult> {
  const { planId, signal } = call;
  const { steps } = contentOf(plan).content;
  // A caller whose token allows less may follow the plan, but to run it would be to end it.
  const runsHere = (await mayRun(steps, scope)) ? runs : undefined;
  const progress = call.progress && onlyForward(call.progress);
  const deadline = scope.clock.now() + (scope.planAnswerMs ?? ANSWER_MS);
  const cancel = () => void scope.store.plans.askToCancel(planId).catch(() => {});
  if (call.stopsWithSignal) signal.addEventListener("abort", cancel, { once: true });
  if (call.stopsWithSignal && signal.aborted) cancel();
  try {
    for (;;) {
      const plan = await scope.store.plans.find(planId);
      const over = scope.clock.now() >= deadline || signal.aborted || runs.stopped;
      if (plan?.state !== "running" || over) return await statusNow(planId, scope);
      const leftMs = Math.max(1, deadline - scope.clock.now());
      await waitFor({ planId, total: steps.length, runs: runsHere, progress }, scope, leftMs);
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

function mayRun(steps: readonly Step[], scope: Scope): Promise<boolean> {
  return checkSteps(steps, scope).then(
    () => true,
    () => false,
  );
}

/** A step may be told of by the run and be counted in the store: progress only grows. */
function onlyForward(progress: Progress): Progress {
  let told = 0;
  return (done, total, message) => {
    if (done <= told) return;
    told = done;
    progress(done, total, message);
  };
}

interface Followed {
  planId: string;
  total: number;
  /** Absent where this caller may not run the plan. */
  runs: PlanRuns | undefined;
  progress: Progress | undefined;
}

async function waitFor({ planId, total, runs, progress }: Followed, scope: Scope, leftMs: number): Promise<void> {
  const run = runs?.run(planId, scope);
  if (run) await endOf(run, scope, leftMs, progress);
  // Another process has it: ask the store again in a moment.
  if (run && (await scope.store.plans.find(planId))?.state !== "running") return;
  if (progress) await tellFromStore(planId, total, scope, progress);
  await scope.clock.sleep(Math.min(POLL_EVERY_MS, leftMs));
}

async function endOf(run: Run, scope: Scope, leftMs: number, progress: Progress | undefined): Promise<void> {
  if (progress) run.listeners.add(progress);
  const late = new AbortController();
  await Promise.race([run.ended, scope.clock.sleep(leftMs, late.signal).catch(() => {})]);
  late.abort();
  if (progress) run.listeners.delete(progress);
}

async function tellFromStore(planId: string, total: number, scope: Scope, progress: Progress): Promise<void> {
  const done = await scope.store.plans.countDone(planId);
  progress(done, total, `${done} of ${total} steps are done.`);
}
