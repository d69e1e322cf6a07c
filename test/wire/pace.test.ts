import { expect, test } from "vitest";
import type { Clock } from "../../src/core/clock.ts";
import { parseSettings } from "../../src/core/config.ts";
import { TrunkError } from "../../src/core/errors.ts";
import { type Log, silentLog } from "../../src/core/log.ts";
import { providers } from "../../src/providers/index.ts";
import { startSandbox } from "../../src/sandbox/server.ts";
import { openStore } from "../../src/store/open.ts";
import { createOpenWire } from "../../src/wire/open.ts";

/** Time that passes only where somebody waits. */
function virtualClock(): Clock {
  let now = Date.UTC(2026, 10, 21);
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      now += ms;
    },
  };
}

test.each(["exotel", "didww"])(
  "1,000 calls to the emulator of %s go nearly at the rate that it permits, and it refuses none",
  async (id) => {
    const provider = providers.find((one) => one.id === id);
    if (!provider) throw new Error(`no provider ${id}`);
    const clock = virtualClock();
    const sandbox = await startSandbox(providers, { now: clock.now });
    const store = await openStore({ location: { file: ":memory:" }, tenant: "local", clock });
    const answered: { at: number; outcome: unknown }[] = [];
    const log: Log = {
      ...silentLog,
      debug: ({ outcome }, message) => void (message === "carrier call" && answered.push({ at: clock.now(), outcome })),
    };
    const settings = parseSettings(provider.settings, provider.sandboxSettings(sandbox.urlOf(id)));
    const { client, trunks } = await provider.connect(settings, { openWire: createOpenWire({ clock, log }), memory: store.memory });
    // As whoever runs a plan: told to come back later, it does.
    const read = async () => {
      try {
        await trunks.list(client as never, { limit: 1 });
      } catch (error) {
        if (!(error instanceof TrunkError) || error.code !== "rate_limited" || error.details.status === 429) throw error;
        await clock.sleep(Number(error.details.retry_after_seconds) * 1_000);
      }
    };
    while (answered.length < 1_000) await read();
    expect(new Set(answered.map(({ outcome }) => outcome))).toEqual(new Set([200]));
    // From the first call of the first window to the first of the last one that a faultless pace begins.
    const { calls, perMs } = provider.limit;
    const tookMs = (answered[1_000 - calls]?.at ?? 0) - (answered[0]?.at ?? 0);
    expect(((1_000 / calls - 1) * perMs) / tookMs).toBeGreaterThan(0.99);
    await store.close();
    await sandbox.close();
  },
);
