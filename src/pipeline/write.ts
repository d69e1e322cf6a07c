import type { Agreed } from "../approval/agree.ts";
import { digest } from "../core/canonical.ts";
import type { WriteOperation } from "../core/carrier/operation.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import type { WriteMoment } from "../core/carrier/wire.ts";
import { type ErrorDetails, TrunkError } from "../core/errors.ts";
import { newId } from "../core/id.ts";
import type { OnlyIf } from "../core/only-if.ts";
import type { Binding, UnsettledIntent, WriteOutcome } from "../core/store/journal.ts";
import type { AnyWriteTool, ToolContext, ToolResult } from "../core/tool.ts";
import { alreadyRunning, beforeSending, runAlone, runInTurn } from "./lock.ts";
import { keepPending, settlePending, withKept } from "./pending-secret.ts";
import type { Scope } from "./scope.ts";
import { hushError, redact, withoutSecrets } from "./secret-fields.ts";
import { withLook } from "./where-to-look.ts";

export interface WriteStep {
  requestId: string;
  signal: AbortSignal;
  tool: AnyWriteTool;
  input: Record<string, unknown>;
  binding: Binding;
  context: ToolContext<unknown>;
  /** A person's word for it, where one was needed. */
  agreed?: Agreed | undefined;
  /** The trunk as it was read to find the row that is meant. */
  seen?: TrunkDetail | undefined;
  /** The caller's condition for a removal. */
  onlyIf?: OnlyIf;
  /** The trunk as it was read before. */
  about?: TrunkDetail | undefined;
}

/** Makes a write once: alone, after what an earlier, equal call left open, and between its two journal rows. */
export async function write(step: WriteStep, scope: Scope): Promise<ToolResult> {
  step.signal.throwIfAborted();
  return await alone(step, scope, async (inherited) => {
    const earlier = await beforeSending(scope.store.journal.unsettled(step.binding));
    const found = await settleEarlier(step, earlier, inherited, scope);
    return found ?? (await writeJournaled(step, earlier, scope));
  });
}

/** The result of an earlier, equal call whose answer was lost: nobody is asked again to agree to it. */
export async function finishEarlier(step: WriteStep, scope: Scope): Promise<ToolResult | undefined> {
  const unsettled = () => beforeSending(scope.store.journal.unsettled(step.binding));
  if ((await unsettled()).length === 0) return undefined;
  return await alone(step, scope, async (inherited) => settleEarlier(step, await unsettled(), inherited, scope));
}

async function alone<T>(step: WriteStep, scope: Scope, run: (inherited: boolean) => Promise<T>): Promise<T> {
  // Not the request's id, which a caller may choose: two calls that brought the same one would hold the key together.
  const made = await runAlone(scope.store.claims, lockKey(step.binding), newId(), run);
  if (!made) throw alreadyRunning();
  return made.value;
}

/** The same for a call and for the intent that it left, which has more fields than its binding. */
export function lockKey({ principal, tool, arguments: given }: Binding): string {
  return `write:${digest({ principal, tool, arguments: given })}`;
}

/** An equal call of ours began and its end is not known: the carrier's state tells, and nothing is sent before it has told. */
async function settleEarlier(
  step: WriteStep,
  earlier: UnsettledIntent[],
  inherited: boolean,
  scope: Scope,
): Promise<ToolResult | undefined> {
  if (earlier.length === 0) return undefined;
  const found = await lookFor(step, earlier, inherited, scope).catch((error: unknown) => {
    const because = error instanceof TrunkError ? ` ${error.message}` : "";
    const message = `An earlier call like this may have taken effect, and reading back failed.${because} Nothing was sent now.`;
    const hint = error instanceof TrunkError ? error.details.hint : undefined;
    throw withLook(new TrunkError("outcome_unknown", message, { hint }), step.tool, step.input);
  });
  for (const { id } of earlier) await settle(id, found ? "done" : "failed", "settled by reading back", step, scope);
  if (!found) return undefined;
  return {
    ...(await withKept(step.tool, step.input, found, scope.store.secrets)),
    settled: true,
    warnings: ["An earlier call like this had taken effect; this is its result, and nothing was sent now."],
  };
}

/** A request of a process that died may reach the carrier this long afterwards. */
const ON_ITS_WAY_MS = 10_000;
const LOOK_AGAIN_MS = 1_000;

async function lookFor(
  step: WriteStep,
  earlier: readonly UnsettledIntent[],
  inherited: boolean,
  { clock }: Scope,
): Promise<object | undefined> {
  const operation = step.tool.write(step.context);
  const until = Math.max(...earlier.map(({ at }) => at)) + ON_ITS_WAY_MS;
  for (;;) {
    const found = await operation.settle(withoutSecrets(step.tool, step.input), momentOf(step, earlier));
    if (found || !inherited || clock.now() >= until) return found;
    await clock.sleep(LOOK_AGAIN_MS, step.signal);
  }
}

/** The moment of the first of them: an older record is not ours. */
function momentOf({ context }: Pick<WriteStep, "context">, earlier: readonly Pick<UnsettledIntent, "at">[]): WriteMoment | undefined {
  return context.moment?.(Math.min(...earlier.map(({ at }) => at)));
}

async function writeJournaled(given: WriteStep, earlier: UnsettledIntent[], scope: Scope): Promise<ToolResult> {
  const { journal, secrets } = scope.store;
  const { tool, binding } = given;
  const step = { ...given, input: tool.prepare?.(given.input) ?? given.input };
  const { requestId, agreed, about } = step;
  const record = { ...binding, requestId, redacted: redact(tool, step.input), approval: agreed?.approval, shown: agreed?.shown, about };
  const intent = await beforeSending(journal.intend(record));
  try {
    await beforeSending(keepPending(secrets, intent, tool.keeps?.(step.input)));
    const result = await sendWrite(step, earlier, scope);
    await settle(intent, "done", undefined, step, scope);
    return result;
  } catch (error) {
    await settle(intent, outcomeOf(error), error instanceof TrunkError ? error.code : "internal", step, scope);
    throw hushError(error, tool, step.input);
  }
}

/** The carrier has answered: without this row the answer still stands, and the intent is settled by reading back later. */
export async function settle(
  intent: string,
  outcome: WriteOutcome,
  detail: string | undefined,
  written: Written,
  { store, log }: Scope,
): Promise<void> {
  try {
    if (outcome !== "unknown") await settlePending(store.secrets, intent, outcome === "done");
    await store.journal.settle(intent, outcome, detail);
  } catch (error) {
    log.error({ intent, outcome, error }, "the outcome of a write could not be journaled");
    return;
  }
  if (outcome !== "unknown") await forgetNotes(written, { log });
}

type Written = Pick<WriteStep, "tool" | "input" | "context">;

/** For a write whose outcome is journaled: nobody has to find it out any more. A note that stays is written over by the next. */
export async function forgetNotes({ tool, input, context }: Written, { log }: Pick<Scope, "log">): Promise<void> {
  try {
    await tool.write(context).forget?.(withoutSecrets(tool, input));
  } catch (error) {
    log.warn({ tool: tool.name, error }, "the note of a settled write is still kept");
  }
}

type Sending = Pick<WriteStep, "tool" | "input" | "context" | "signal">;

/** Sends it, when its turn comes. `earlier`: equal calls of ours whose end was in doubt. */
export async function sendWrite(
  step: Sending,
  earlier: readonly Pick<UnsettledIntent, "at">[],
  { store, clock }: Pick<Scope, "store" | "clock">,
): Promise<ToolResult> {
  const operation = step.tool.write(step.context);
  const key = operation.turn?.(step.input);
  const send = () => sendNow(operation, step, earlier);
  return key === undefined ? await send() : await runInTurn(store.claims, `turn:${digest(key)}`, newId(), clock, send);
}

async function sendNow(
  operation: WriteOperation<Record<string, unknown>, object>,
  step: Sending,
  earlier: readonly Pick<UnsettledIntent, "at">[],
): Promise<ToolResult> {
  const { tool, input } = step;
  try {
    const { value, settled } = await operation.send(input, step.signal);
    return { ...value, ...(settled ? { settled: true } : {}) };
  } catch (error) {
    if (!isDuplicate(error, tool)) throw withLook(error, tool, input);
    // A read that fails adds nothing: the refusal is the answer.
    const read = (moment?: WriteMoment) => operation.settle(input, moment).catch(() => undefined);
    // A duplicate of what our own earlier call may have made is that call's success; of anything else it is a conflict.
    const ours = earlier.length > 0 ? await read(momentOf(step, earlier)) : undefined;
    if (ours) return { ...ours, settled: true };
    const existing = await read();
    throw existing ? error.with(alreadyThere(idsOf(existing), tool)) : error;
  }
}

/** The carrier refused to make what is there already. A refusal of our own names what is in the way by itself. */
function isDuplicate(error: unknown, { effect }: AnyWriteTool): error is TrunkError {
  return error instanceof TrunkError && error.code === "conflict" && error.details.candidates === undefined && effect === "create";
}

function outcomeOf(error: unknown): WriteOutcome {
  return error instanceof TrunkError && error.applied === false ? "failed" : "unknown";
}

/** The hint for a create whose record is there already, found by the value that tells it from others. */
function alreadyThere(ids: string[], { keeps }: AnyWriteTool): Pick<ErrorDetails, "candidates"> & { hint: string } {
  const next = keeps
    ? "No carrier tells its password: choose another name, or remove it first."
    : "If it is what the person wants, nothing is left to do.";
  return { candidates: ids, hint: `It is there already (${ids.join(", ")}). ${next}` };
}

/** The ids of what stands in the way of a create. */
function idsOf(result: object): string[] {
  return Object.values(result).flatMap((record) =>
    record !== null && typeof record === "object"
      ? Object.entries(record).flatMap(([key, value]) => (key.endsWith("_id") && typeof value === "string" ? [value] : []))
      : [],
  );
}
