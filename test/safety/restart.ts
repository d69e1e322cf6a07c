import { type Clock, systemClock } from "../../src/core/clock.ts";
import { newId } from "../../src/core/id.ts";
import { silentLog } from "../../src/core/log.ts";
import { type CallResult, callTool } from "../../src/pipeline/call.ts";
import type { Scope } from "../../src/pipeline/scope.ts";
import { type OpenStore, openStore } from "../../src/store/open.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import { type ToolName, tools } from "../../tools/index.ts";
import { exotelAt, scopeWith } from "../support/scope.ts";

/** State that outlives a process, and a carrier that does. */
export interface Place {
  file: string;
  exotelUrl: string;
}

export interface Process extends Scope {
  store: OpenStore;
}

/** Starts a process on this state, without a client. */
export async function startProcess({ file, exotelUrl }: Place, clock: Clock = systemClock, principal = "local"): Promise<Process> {
  const store = await openStore({ location: { file }, tenant: "local", clock });
  const openWire = createOpenWire({ clock, log: silentLog, settleAfterMs: [0, 10] });
  return scopeWith({ principal, carriers: exotelAt(exotelUrl, openWire, store), store, clock });
}

export async function call(tool: ToolName, args: Record<string, unknown>, scope: Scope, requestId = newId()): Promise<CallResult> {
  const person = { canAsk: false, answer: undefined };
  const { default: loaded } = await tools[tool]();
  return await callTool({ tool: loaded, arguments: args, requestId, signal: new AbortController().signal, person }, scope);
}
