// Measures a write to our own state, beside a bare append of the same bytes that is synced to the same disk.
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { percentile } from "./statistics.mjs";

const WRITES = 300;

export async function measureJournal(file, folder) {
  const { timeJournal } = await import(pathToFileURL(file).href);
  const bare = timeAppends(join(folder, "bare"));
  const taken = await timeJournal(folder, WRITES);
  return { p50: percentile(taken, 0.5), p95: percentile(taken, 0.95), bareP50: percentile(bare, 0.5) };
}

/** Two synced appends: the least that a row before the call and a row after it can cost. */
function timeAppends(path) {
  const handle = openSync(path, "a");
  const taken = [];
  for (let write = 0; write < WRITES; write++) {
    const began = performance.now();
    for (const half of ["intent", "outcome"]) {
      writeSync(handle, half.repeat(40));
      fsyncSync(handle);
    }
    taken.push(performance.now() - began);
  }
  closeSync(handle);
  return taken;
}
