import { changesOf, localChanges } from "../../src/core/changes.ts";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import { parseSettings } from "../../src/core/config.ts";
import { newId } from "../../src/core/id.ts";
import { silentLog } from "../../src/core/log.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { carrier } from "../../src/serve/carriers.ts";
import { type CallResult, callTool } from "../../src/server/call.ts";
import { PlanRuns } from "../../src/server/plans/runs.ts";
import { createProbes } from "../../src/server/probes.ts";
import type { Scope } from "../../src/server/scope.ts";
import { createCache } from "../../src/store/cache.ts";
import { type OpenStore, openStore } from "../../src/store/open.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import { type ToolName, tools } from "../../tools/index.ts";

/** State that outlives a process, and a carrier that does. */
export interface Place {
  file: string;
  exotelUrl: string;
}

export interface Process extends Scope {
  store: OpenStore;
}

/** What a process has that was started on this state, without a client. */
export async function startProcess({ file, exotelUrl }: Place, clock: Clock = systemClock, principal = "local"): Promise<Process> {
  const store = await openStore({ location: { file }, tenant: "local", clock });
  const openWire = createOpenWire({ clock, log: silentLog, settleAfterMs: [0, 10] });
  const settings = parseSettings(exotel.settings, exotel.sandboxSettings(exotelUrl));
  return {
    principal,
    policy: { readOnly: false, toolsets: undefined, approval: "two_step", revealSecrets: false },
    carriers: [
      carrier(
        exotel,
        async () => settings,
        async () => ({ openWire, memory: store.memory }),
      ),
    ],
    sandbox: true,
    store,
    cache: createCache("local"),
    environmentSecret: () => undefined,
    clock,
    log: silentLog,
    output: { kind: "folder", base: "/nonexistent" },
    probes: createProbes({ allowPrivate: false, carriers: false }, clock),
    runs: new PlanRuns(),
    changes: changesOf(localChanges(silentLog), "local"),
  };
}

export async function call(tool: ToolName, args: Record<string, unknown>, scope: Scope): Promise<CallResult> {
  const person = { canAsk: false, answer: undefined };
  const { default: loaded } = await tools[tool]();
  return await callTool({ tool: loaded, arguments: args, requestId: newId(), signal: new AbortController().signal, person }, scope);
}
