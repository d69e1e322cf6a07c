// Measures a read over a bare request to the same carrier.
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { percentile } from "./statistics.mjs";

export async function measureReads(file, calls) {
  const carrier = new Worker(new URL("./carrier.mjs", import.meta.url));
  try {
    const [{ port, rows }] = await once(carrier, "message");
    const { timeReads } = await import(pathToFileURL(file).href);
    const { bare, ...ways } = await timeReads(`http://127.0.0.1:${port}`, { calls, rows });
    const base = summary(bare);
    return { rows, bare: base, ...Object.fromEntries(Object.entries(ways).map(([way, taken]) => [way, over(base, summary(taken))])) };
  } finally {
    await carrier.terminate();
  }
}

function summary(samples) {
  return { p50: percentile(samples, 0.5), p95: percentile(samples, 0.95) };
}

function over(base, { p50, p95 }) {
  return { p50, p95, overheadP50: p50 - base.p50, overheadP95: p95 - base.p95 };
}
