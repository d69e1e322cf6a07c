import { type ToolName, tools } from "../../tools/index.ts";
import type { UnsettledIntent } from "../core/store/journal.ts";
import { LOCK_MS } from "../core/store/store.ts";
import type { AnyTool } from "../core/tool.ts";
import { runAlone } from "./lock.ts";
import type { Scope } from "./scope.ts";
import { withoutSecrets } from "./secret-fields.ts";
import { contextOf } from "./tool-context.ts";
import { lockKey, settle } from "./write.ts";

/**
 * Settles, by reading back, the writes that a crash left open, except those that another process has locked, and those of a
 * moment ago: they are tried again once a lock would have ended.
 */
export async function recover(scope: Scope, signal: AbortSignal, againAfterMs: number = LOCK_MS): Promise<void> {
  let held = 0;
  for (const intent of await scope.store.journal.unsettled()) {
    // The same call may be made again at once, and is answered with what it finds.
    const isYoung = scope.clock.now() - intent.at < LOCK_MS;
    const recovered = () => runAlone(scope.store.claims, lockKey(intent), `recover:${intent.id}`, () => settleOne(intent, scope, signal));
    if (isYoung || !(await recovered())) held += 1;
  }
  if (held === 0 || signal.aborted) return;
  const again = () =>
    recover(scope, signal, againAfterMs).catch((error: unknown) => scope.log.warn({ error }, "open writes could not be settled"));
  setTimeout(() => void again(), againAfterMs).unref();
}

async function settleOne(intent: UnsettledIntent, scope: Scope, signal: AbortSignal): Promise<void> {
  const { journal } = scope.store;
  const fields = { tool: intent.tool, intent: intent.id, request_id: intent.requestId };
  // Another process may have settled it between the list and the lock.
  const open = (await journal.unsettled(intent)).some(({ id }) => id === intent.id);
  const tool: AnyTool | undefined = Object.hasOwn(tools, intent.tool) ? (await tools[intent.tool as ToolName]()).default : undefined;
  const configured = scope.carriers.some(({ provider }) => provider.id === tool?.provider?.id);
  if (!open || !tool || tool.effect === "read" || "applies" in tool || !configured) return;
  try {
    if (await scope.plans.settleStep(intent, scope)) return;
    const context = await contextOf(tool, scope, signal);
    const written = { tool, context, input: withoutSecrets(tool, intent.redacted) };
    const found = await tool.write(context).settle(written.input, context.moment?.(intent.at));
    await settle(intent.id, found ? "done" : "failed", "settled by reading back after a restart", written, scope);
    scope.log.warn({ ...fields, outcome: found ? "done" : "failed" }, "a write that was left open was settled by reading back");
  } catch (error) {
    scope.log.warn({ ...fields, error }, "a write that was left open could not be settled yet");
  }
}
