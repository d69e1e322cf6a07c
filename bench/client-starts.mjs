// Cold start until a client on the SDK 1.x has its tools: it reads the list and compiles each output schema, and that is waited for too.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { median } from "./statistics.mjs";

/** Rounds of one start each, there and back, each with a client process of its own; the first round warms the disk. */
export async function measureClientStarts({ client, trunkline, oneTool }, rounds) {
  const servers = { trunkline, oneTool };
  const samples = { trunkline: [], oneTool: [] };
  for (let round = 0; round <= rounds; round++) {
    const order = Object.keys(servers);
    for (const name of round % 2 === 0 ? order : order.reverse()) {
      const sample = await startFrom(client, servers[name]);
      if (round > 0) samples[name].push(sample);
    }
  }
  const middle = (name, figure) => median(samples[name].map((sample) => sample[figure]));
  const ratio = (figure) => median(samples.trunkline.map((sample, round) => sample[figure] / samples.oneTool[round][figure]));
  const of = (name) => ({ ms: middle(name, "ms"), cpuMs: middle(name, "cpuMs"), tools: samples[name][0].tools });
  return { trunkline: of("trunkline"), oneTool: of("oneTool"), ratios: { ms: ratio("ms"), cpuMs: ratio("cpuMs") } };
}

async function startFrom(client, server) {
  const { stdout } = await promisify(execFile)(process.execPath, [client, server], { env: { PATH: process.env.PATH ?? "" } });
  return JSON.parse(stdout);
}
