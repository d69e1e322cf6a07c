import { setTimeout as delay } from "node:timers/promises";
import { currentTrace, runTraced } from "../../core/call-context.ts";
import { TrunkError } from "../../core/errors.ts";
import type { StepEnd, StepTrace } from "../../core/store/plans.ts";
import { LOCK_MS } from "../../core/store/store.ts";
import type { ToolResult } from "../../core/tool.ts";
import { keepPending, settlePending, withKept } from "../../pipeline/pending-secret.ts";
import { present, toTrunkError } from "../../pipeline/result.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { hushError, withoutSecrets } from "../../pipeline/secret-fields.ts";
import { contextOf } from "../../pipeline/tool-context.ts";
import { forgetNotes, sendWrite } from "../../pipeline/write.ts";
import { type HeldLease, LEASE_MS, LeaseLost } from "./lease.ts";
import type { ReadyStep } from "./ready-step.ts";
import { endsCarrier } from "./refusals.ts";
import type { Work } from "./work.ts";

/** How one step ended, for good. */
export type StepOutcome = { ready: ReadyStep } & (
  | { outcome: "done"; result: ToolResult }
  | { outcome: "failed" | "unknown"; error: TrunkError }
);

/** How one try of a step ended, before it is decided whether to try again. */
export type Attempt = { ready: ReadyStep; intent: string; at: number } & (
  | { outcome: "done"; result: ToolResult; error?: undefined }
  | { outcome: "failed" | "unknown"; error: TrunkError; result?: undefined }
);

export class Cancelled extends Error {}

const BUSY_PAUSE_MS = 200;
/** Journaled together: a transaction costs as much for one. */
const LOT = 64;
const LOTS_AT_ONCE = 2;
/** Send this many steps of a lot at once. A carrier bears as many connections; its rate decides how fast. */
const SENT_AT_ONCE = 8;

/** The conditions under which steps are tried. */
export interface Attempting {
  work: Work;
  /** How the steps stood before: a duplicate of what one of them may have made is that step's success. */
  traces: ReadonlyMap<number, Pick<StepTrace, "at">>;
  /** Attempts that are read back once more stay open until then, with their passwords. */
  staysOpen(attempt: Attempt): boolean;
}

/** Steps that do not depend on each other, in lots. While one lot waits for the carrier, another is journaled. */
export async function attemptAll(group: readonly ReadyStep[], attempting: Attempting): Promise<Attempt[]> {
  const { calledOff } = attempting.work;
  const lots = Array.from({ length: Math.ceil(group.length / LOT) }, (_, index) => group.slice(index * LOT, (index + 1) * LOT));
  const attempts: Attempt[] = [];
  await sideBySide(lots, LOTS_AT_ONCE, async (lot) => {
    // A step that is in doubt, or met a carrier in trouble, may end the run: the rest waits until that is decided.
    if (calledOff.aborted || attempts.some(({ error }) => error && endsCarrier(error))) return;
    attempts.push(...(await attemptLot(lot, attempting)));
  });
  return attempts;
}

/** Journals the intents, sends the steps side by side, and journals what came of it. */
async function attemptLot(lot: readonly ReadyStep[], { work, traces, staysOpen }: Attempting): Promise<Attempt[]> {
  const { held, scope } = work;
  const intents = await beginAll(lot, held, scope);
  const attempts: Attempt[] = [];
  await sideBySide([...lot.entries()], SENT_AT_ONCE, async ([index, ready]) => {
    attempts[index] = await traced(ready, () => attempt(ready, intents[index] ?? "", traces.get(ready.step.n), work));
  });
  const ends = attempts.map((one): Attempt => (one.error && staysOpen(one) ? { ...one, outcome: "unknown" } : one));
  await settleAll(ends, held.lease.plan, scope);
  return attempts;
}

/** Runs `width` items at once. None is still running when this returns or throws. */
async function sideBySide<T>(items: readonly T[], width: number, run: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await run(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker));
  const failed = ended.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
}

async function beginAll(group: readonly ReadyStep[], held: HeldLease, scope: Scope): Promise<string[]> {
  const deadline = performance.now() + LOCK_MS + BUSY_PAUSE_MS;
  for (;;) {
    held.check();
    const askedAt = performance.now();
    const begun = await scope.store.plans.begin(
      held.lease,
      LEASE_MS,
      group.map(({ begin }) => begin),
    );
    if (begun.kind === "lost") throw new LeaseLost();
    if (begun.kind === "cancelled") throw new Cancelled();
    if (begun.kind === "begun") {
      held.extended(askedAt);
      return begun.intents;
    }
    // An equal call is being made elsewhere; when it is over, ours finds out what it did.
    if (performance.now() > deadline)
      throw new TrunkError("conflict", "An equal call is being made elsewhere. This step was not sent.", { applied: false });
    await delay(BUSY_PAUSE_MS);
  }
}

/** To the carrier a step has the id under which it is journaled. */
function traced<T>({ begin }: ReadyStep, run: () => Promise<T>): Promise<T> {
  return runTraced({ ...currentTrace(), requestId: begin.requestId }, run);
}

async function attempt(
  ready: ReadyStep,
  intent: string,
  earlier: Pick<StepTrace, "at"> | undefined,
  { scope, calledOff }: Work,
): Promise<Attempt> {
  const { tool, input, context, snapshot } = ready;
  const begun = { ready, intent, at: scope.clock.now() };
  try {
    await keepPending(scope.store.secrets, intent, tool.keeps?.(input));
    const sent = await sendWrite({ tool, input, context, signal: calledOff }, earlier ? [earlier] : [], scope);
    return {
      ...begun,
      outcome: "done",
      result: await present(tool, { ...sent, ...(snapshot === undefined ? {} : { snapshot_id: snapshot }) }, scope),
    };
  } catch (error) {
    const { requestId } = ready.begin;
    if (!(error instanceof TrunkError)) scope.log.error({ error, request_id: requestId }, "a step of a plan failed unexpectedly");
    const shown = toTrunkError(hushError(error, tool, input), requestId);
    return { ...begun, outcome: shown.applied === false ? "failed" : "unknown", error: shown };
  }
}

export async function settleAll(attempts: readonly Attempt[], plan: string, scope: Scope): Promise<void> {
  const { secrets, plans } = scope.store;
  for (const { intent, outcome, ready } of attempts) {
    if (ready.tool.keeps && outcome !== "unknown") await settlePending(secrets, intent, outcome === "done");
  }
  const ends = attempts.map(
    ({ ready, intent, outcome, result, error }): StepEnd => ({
      ...{ n: ready.step.n, lock: ready.begin.lock, intent, outcome },
      ...(result === undefined ? {} : { result }),
      ...(error === undefined ? {} : { detail: error.code }),
    }),
  );
  await plans.settle(ends, plan);
  for (const { outcome, ready } of attempts) if (outcome !== "unknown") await forgetNotes(ready, scope);
}

/** Finds out what became of a step whose end is not known, by reading back. Undefined: it did not take effect. */
export async function readBack(
  ready: ReadyStep,
  trace: Pick<StepTrace, "at" | "intent">,
  plan: string,
  scope: Scope,
): Promise<ToolResult | undefined> {
  const { tool, input, begin, step } = ready;
  // Not the context that the step was sent in: this scope may read each listing once for many steps.
  const context = await contextOf(tool, scope, ready.context.signal);
  const found = await tool.write(context).settle(withoutSecrets(tool, input), context.moment?.(trace.at));
  const { secrets } = scope.store;
  if (tool.keeps) await settlePending(secrets, trace.intent, found !== undefined);
  const result = found && (await present(tool, { ...(await withKept(tool, input, found, secrets)), settled: true }, scope));
  const outcome = found ? "done" : "failed";
  await scope.store.plans.settle(
    [{ n: step.n, intent: trace.intent, lock: begin.lock, outcome, detail: "settled by reading back", ...(result ? { result } : {}) }],
    plan,
  );
  await forgetNotes({ tool, input, context }, scope);
  return result;
}
