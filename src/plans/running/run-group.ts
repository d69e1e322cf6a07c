import type { Step } from "../../core/carrier/planner.ts";
import { carriersUnder } from "../../core/carrier/provider.ts";
import { TrunkError } from "../../core/errors.ts";
import type { StepTrace } from "../../core/store/plans.ts";
import type { AnyWriteTool } from "../../core/tool.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { type Attempt, attemptAll, readBack, type StepOutcome, settleAll } from "./attempt.ts";
import { LeaseLost } from "./lease.ts";
import { noteLogin } from "./logins-of.ts";
import { type ReadyStep, readyStep } from "./ready-step.ts";
import { endsCarrier } from "./refusals.ts";
import type { Work } from "./work.ts";

/** For settling many writes that have all ended: each listing is read once for all of them. */
export function readingOnce(work: Work): Work {
  return { ...work, scope: { ...work.scope, carriers: carriersUnder({ readOnce: true }, work.scope.carriers) } };
}

const MOST_TRIES = 3;
/** A longer wait ends the run: whoever asked for it reads when to go on. */
const MAX_PAUSE_MS = 20_000;

/** Steps that do not depend on each other, each to its end. Steps that are missing from the result are still to be done. */
export async function runGroup(steps: readonly Step[], work: Work): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  let waiting = await prepare(steps, work);
  let traces: ReadonlyMap<number, Pick<StepTrace, "at">> = work.traces;
  for (let tries = 1; waiting.length > 0; tries++) {
    if (outcomes.some((one) => one.outcome !== "done" && endsCarrier(one.error)) || work.calledOff.aborted) break;
    const pauseOf = (attempt: Attempt) => pauseBefore(attempt, tries, work.calledOff);
    // A step that was called off was not sent, or was read back already: there is nothing to read again.
    const staysOpen = (attempt: Attempt) =>
      !work.calledOff.aborted && pauseOf(attempt) !== undefined && attempt.error?.code === "provider_failed";
    const { about, snapshot } = await work.guard.check(waiting);
    waiting = waiting.map((one) => ({ ...one, snapshot, begin: { ...one.begin, ...work.word, about } }));
    const attempts = await attemptAll(waiting, { work, traces, staysOpen });
    // A step that was not sent because the lease had ended is another runner's, and no failure.
    if (attempts.some(({ outcome }) => outcome !== "done")) work.held.check();
    const again = attempts.filter((attempt) => pauseOf(attempt) !== undefined);
    const ended = attempts.filter((attempt) => !again.includes(attempt));
    const open = attempts.filter(staysOpen);
    outcomes.push(...(await endAll(ended, readingOnce(work))));
    await sleepUnless(work.calledOff, Math.max(0, ...again.map((attempt) => pauseOf(attempt) ?? 0)), work.scope);
    outcomes.push(...(await readAllAgain(open, readingOnce(work))));
    waiting = waiting.filter((one) => !outcomes.some(({ ready }) => ready === one));
    traces = new Map([...traces, ...again.map((attempt) => [attempt.ready.step.n, attempt] as const)]);
  }
  return outcomes;
}

/** A carrier that was slow may have acted after it was asked whether it had. What is missing has not been done, and may be sent again. */
async function readAllAgain(attempts: readonly Attempt[], work: Work): Promise<StepOutcome[]> {
  const outcomes = await Promise.all(attempts.map((attempt) => readAgain(attempt, work)));
  return outcomes.filter((outcome) => outcome !== undefined);
}

async function readAgain(attempt: Attempt, work: Work): Promise<StepOutcome | undefined> {
  const { ready, error } = attempt;
  const { held, plan, scope } = work;
  if (!error) return undefined;
  held.check();
  try {
    const result = await readBack(ready, attempt, plan, scope);
    if (!result) return undefined;
    await remember(ready.tool, ready.step, result, work);
    return { ready, outcome: "done", result };
  } catch (failure) {
    if (!(failure instanceof TrunkError)) throw failure;
    // It was read back before: what was found then stands.
    await settleAll([attempt], plan, scope);
    return { ready, outcome: "failed", error };
  }
}

async function prepare(steps: readonly Step[], { plan, scope, known }: Work): Promise<ReadyStep[]> {
  const { signal } = new AbortController();
  const ready: ReadyStep[] = [];
  for (const step of steps) ready.push(await readyStep(plan, step, scope, known, signal));
  return ready;
}

/** How long to wait before a step that changed nothing is sent again; undefined where another try would end alike. */
function pauseBefore({ error, outcome }: Attempt, tries: number, calledOff: AbortSignal): number | undefined {
  if (!error || outcome !== "failed") return undefined;
  // It may have been about to be sent: the next runner, if there is one, finds out.
  if (calledOff.aborted) return error.code === "provider_failed" || error.code === "rate_limited" ? 0 : undefined;
  if (tries >= MOST_TRIES) return undefined;
  if (error.code === "rate_limited") {
    const pauseMs = (error.details.retry_after_seconds ?? 1) * 1000;
    return pauseMs > MAX_PAUSE_MS ? undefined : pauseMs;
  }
  return error.code === "provider_failed" ? 500 * 2 ** tries : undefined;
}

async function sleepUnless(calledOff: AbortSignal, ms: number, { clock }: Scope): Promise<void> {
  if (!calledOff.aborted) await clock.sleep(ms, calledOff).catch(() => {});
}

async function endAll(attempts: readonly Attempt[], work: Work): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const attempt of attempts) outcomes.push(await endOf(attempt, work));
  return outcomes;
}

async function endOf({ ready, intent, at, result, outcome, error }: Attempt, work: Work): Promise<StepOutcome> {
  if (result) {
    await remember(ready.tool, ready.step, result, work);
    return { ready, outcome: "done", result };
  }
  if (outcome === "unknown") return await resolveDoubt(ready, { at, intent }, error, work);
  return { ready, outcome: "failed", error };
}

/** Settles the steps that an earlier run left open, before anything else is sent. Answers with those that took effect. */
export async function settleOpen(open: readonly Step[], work: Work): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const one of await prepare(open, work)) {
    const trace = work.traces.get(one.step.n);
    if (!trace) continue;
    const doubt = new TrunkError("outcome_unknown", "A step that was begun before may have taken effect.");
    const settled = await resolveDoubt(one, trace, doubt, work);
    // Not there: it is sent like any other.
    if (settled.outcome !== "failed") outcomes.push(settled);
  }
  return outcomes;
}

/** The step was begun, and how it ended is not known. */
export function isOpen(trace: Pick<StepTrace, "phase"> | undefined): boolean {
  return trace?.phase === "intent" || trace?.phase === "unknown";
}

/** A carrier that does not answer now may in a moment. */
const READ_BACK_AFTER_MS = [0, 500, 1_000, 2_000, 4_000];

async function resolveDoubt(
  ready: ReadyStep,
  trace: Pick<StepTrace, "at" | "intent">,
  doubt: TrunkError,
  work: Work,
): Promise<StepOutcome> {
  let because = doubt;
  for (const afterMs of READ_BACK_AFTER_MS) {
    if (afterMs > 0) await work.scope.clock.sleep(afterMs);
    work.held.check();
    try {
      const result = await readBack(ready, trace, work.plan, work.scope);
      if (!result) return { ready, outcome: "failed", error: doubt.with({ applied: false }) };
      await remember(ready.tool, ready.step, result, work);
      return { ready, outcome: "done", result };
    } catch (error) {
      if (error instanceof LeaseLost || !(error instanceof TrunkError)) throw error;
      because = error;
    }
  }
  const message = `${doubt.message} Reading back failed. ${because.message}`;
  return { ready, outcome: "unknown", error: new TrunkError("outcome_unknown", message, because.details) };
}

/** The id of a trunk that was created stands for its name in the steps that follow, and the trunk is as this step leaves it. */
export async function remember(tool: AnyWriteTool, step: Step, result: Record<string, unknown>, { known, guard }: Work): Promise<void> {
  const trunk = result["trunk"] as { trunk_id?: unknown } | undefined;
  if (tool.changesList && typeof trunk?.trunk_id === "string") known.set(`${tool.provider?.id} ${step.trunk}`, trunk.trunk_id);
  noteLogin(step, result, known);
  await guard.done({ step, result });
}
