import { TrunkError } from "../core/errors.ts";
import type { Binding, Outcome } from "../core/store.ts";
import type { AnyWriteTool, ToolContext, ToolResult } from "../core/tool.ts";
import type { Scope } from "./scope.ts";
import { redact } from "./secret-fields.ts";

export interface WriteStep {
  requestId: string;
  signal: AbortSignal;
  tool: AnyWriteTool;
  input: Record<string, unknown>;
  binding: Binding;
  context: ToolContext<unknown>;
  approval: string | undefined;
}

/** Sends the write between its two journal rows. */
export async function write(step: WriteStep, scope: Scope): Promise<ToolResult> {
  const { journal } = scope.store;
  const { binding, tool, input } = step;
  step.signal.throwIfAborted();
  const record = { ...binding, requestId: step.requestId, redacted: redact(tool, input), approval: step.approval };
  const intent = await journal.intend(record).catch((error: unknown) => {
    throw error instanceof TrunkError ? error.with({ applied: false }) : error;
  });
  try {
    const result = await send(step, intent, scope);
    await settle(intent, "done", undefined, scope);
    return result;
  } catch (error) {
    await settle(intent, outcomeOf(error), error instanceof TrunkError ? error.code : "internal", scope);
    throw error;
  }
}

/** The carrier has answered: without this row the answer still stands, and the intent is settled by reading back later. */
async function settle(intent: string, outcome: Outcome, detail: string | undefined, { store, log }: Scope): Promise<void> {
  await store.journal.settle(intent, outcome, detail).catch((error: unknown) => {
    log.error({ intent, outcome, error }, "the outcome of a write could not be journaled");
  });
}

async function send(step: WriteStep, intent: string, scope: Scope): Promise<ToolResult> {
  const { tool, input, context, binding } = step;
  const operation = tool.write(context);
  try {
    const { value, settled } = await operation.send(input, step.signal);
    return { ...value, ...(settled ? { settled: true } : {}) };
  } catch (error) {
    if (!(error instanceof TrunkError) || error.code !== "conflict" || tool.effect !== "create") throw error;
    // A duplicate of what our own earlier call may have made is that call's success; of anything else it is a conflict.
    const ours = (await scope.store.journal.unsettled(binding)).some(({ id }) => id !== intent);
    // A read that fails adds nothing: the refusal is the answer.
    const existing = await operation.settle(input).catch(() => undefined);
    if (ours && existing) return { ...existing, settled: true };
    throw existing ? error.with({ candidates: idsOf(existing) }) : error;
  }
}

function outcomeOf(error: unknown): Outcome {
  return error instanceof TrunkError && error.applied === false ? "failed" : "unknown";
}

/** The ids of what stands in the way of a create. */
function idsOf(result: object): string[] {
  return Object.values(result).flatMap((record) =>
    record !== null && typeof record === "object"
      ? Object.entries(record).flatMap(([key, value]) => (key.endsWith("_id") && typeof value === "string" ? [value] : []))
      : [],
  );
}
