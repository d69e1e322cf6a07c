// Bundled with the sources: what a write costs before and after the carrier is called, on SQLite with every row synced.
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { systemClock } from "../src/core/clock.ts";
import { openStore } from "../src/store/open.ts";

const WARM_UP = 50;

export async function timeJournal(folder: string, writes: number): Promise<number[]> {
  const store = await openStore({ location: { file: join(folder, "bench.db") }, tenant: "bench", clock: systemClock });
  const taken: number[] = [];
  for (let write = 0; write < WARM_UP + writes; write++) {
    const binding = { principal: "bench", tool: "exotel_create_trunk", arguments: String(write) };
    const began = performance.now();
    await store.claims.claim(`write:${write}`, "bench", 15_000);
    await store.journal.unsettled(binding);
    const intent = await store.journal.intend({ ...binding, requestId: "bench", redacted: { trunk_name: "bench" } });
    await store.journal.settle(intent, "done");
    await store.claims.release(`write:${write}`, "bench");
    if (write >= WARM_UP) taken.push(performance.now() - began);
  }
  await store.close();
  return taken;
}
