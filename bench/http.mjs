// npm run bench -- http [--rounds 5 --seconds 2 --soak 600]: requests per second of `trunkline http`, on the sandbox, beside a bare
// server on the same SDK. The last line is the result as JSON.
import { execFile, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { bundling } from "../scripts/bundle.mjs";
import { buildTrunkline } from "./build.mjs";
import { median } from "./statistics.mjs";

const loader = fileURLToPath(new URL("./http-load.mjs", import.meta.url));
const bareServer = fileURLToPath(new URL("./bare-http-server.mjs", import.meta.url));
const DRAIN_MS = 12_000;

/** Conditions that hold on every machine: nothing here is a figure of its own. */
const goals = { ratio: 0.9, errors: 0, growth: 1.05, drainMs: DRAIN_MS };
const asked = {
  "tools/list": { method: "tools/list", params: {} },
  "cached read": { method: "resources/read", params: { uri: "trunkline://providers" } },
};

export async function benchHttp(folder, { rounds, seconds, soak }) {
  const files = { trunkline: await buildTrunkline(folder), bare: await bundleBare(folder) };
  const surface = join(folder, "tools.json");
  const servers = { trunkline: await start(folder, [files.trunkline, "http", "--port", "0"]), bare: await start(folder, [files.bare]) };
  const { tools } = await ask(servers.trunkline.url, "tools/list", {});
  await writeFile(surface, JSON.stringify(tools));
  // A server that has asked a carrier before is what clients meet.
  await ask(servers.trunkline.url, "tools/call", { name: "list_trunks", arguments: {} });
  servers.sameTools = await start(folder, [files.bare, surface]);
  try {
    const rows = await measure(servers, { rounds, seconds });
    const soaked = soak > 0 ? await soakOf(folder, files.trunkline, soak) : undefined;
    return { rows, soak: soaked, goals, met: metBy(rows, soaked) };
  } finally {
    for (const { child } of Object.values(servers)) child.kill("SIGKILL");
  }
}

async function measure(servers, { rounds, seconds }) {
  const rows = [];
  for (const { era, name, connections } of questions()) {
    const targets = name === "tools/list" ? servers : { trunkline: servers.trunkline, bare: servers.bare };
    const row = { era, name, connections, ...(await compare(targets, { era, ...asked[name], connections, seconds }, rounds)) };
    rows.push(row);
    print(row);
  }
  return rows;
}

function questions() {
  const named = Object.keys(asked).flatMap((name) => [1, 16, 500].map((connections) => ({ name, connections })));
  return ["modern", "legacy"].flatMap((era) => named.map((question) => ({ era, ...question })));
}

function metBy(rows, soaked) {
  const least = (against) => Math.min(...rows.filter(({ ratios }) => ratios[against] !== undefined).map(({ ratios }) => ratios[against]));
  return {
    overBare: least("bare") >= goals.ratio,
    overSameTools: least("sameTools") >= goals.ratio,
    errors: rows.every(({ errors }) => errors === 0),
    ...(soaked ? { memory: soaked.growth <= goals.growth, drain: soaked.drain.code === 0 && soaked.drain.ms <= DRAIN_MS } : {}),
  };
}

async function bundleBare(folder) {
  const outfile = join(folder, "bare-http.mjs");
  await build({ ...bundling, entryPoints: [bareServer], outfile });
  return outfile;
}

async function start(folder, args) {
  const environment = { PATH: process.env.PATH ?? "", TRUNKLINE_HOME: folder };
  const child = spawn(process.execPath, args, { env: environment, stdio: ["ignore", "inherit", "pipe"] });
  for await (const line of createInterface({ input: child.stderr })) {
    const [url] = /http:\S+\/mcp/.exec(line) ?? [];
    if (url) return { child, url };
  }
  throw new Error(`${args.join(" ")} ended before it listened`);
}

async function ask(url, method, params) {
  const _meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} };
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const own = { "mcp-protocol-version": "2026-07-28", "mcp-method": method, ...(params.name ? { "mcp-name": params.name } : {}) };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } });
  const answer = await (await fetch(url, { method: "POST", headers: { ...headers, ...own }, body })).json();
  if (!answer.result || answer.result.isError) throw new Error(`${method}: ${JSON.stringify(answer)}`);
  return answer.result;
}

async function load(options) {
  const { stdout } = await promisify(execFile)(process.execPath, [loader, JSON.stringify(options)]);
  return JSON.parse(stdout);
}

/** Rounds there and back, and the ratio within each: whatever else the machine does weighs on all alike. */
async function compare(targets, options, rounds) {
  const samples = Object.fromEntries(Object.keys(targets).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const order = Object.entries(targets);
    for (const [name, { url }] of round % 2 === 0 ? order : order.reverse()) samples[name].push(await load({ url, ...options }));
  }
  const middle = (name, figure) => median(samples[name].map((sample) => sample[figure]));
  const figures = Object.fromEntries(
    Object.keys(targets).map((name) => [name, { rps: middle(name, "rps"), p99: middle(name, "p99"), bytes: samples[name][0].bytes }]),
  );
  const ratio = (name) => median(samples.trunkline.map(({ rps }, round) => rps / samples[name][round].rps));
  const others = Object.keys(targets).filter((name) => name !== "trunkline");
  const errors = samples.trunkline.reduce((sum, sample) => sum + sample.errors, 0);
  return { ...figures, ratios: Object.fromEntries(others.map((name) => [name, ratio(name)])), errors };
}

/** Hours in short: memory when idle before and after, and whether everything is let go at the end. */
async function soakOf(folder, file, seconds) {
  const { child, url } = await start(folder, [file, "http", "--port", "0"]);
  const mixed = (part) =>
    Promise.all(
      ["modern", "legacy"].map((era) =>
        load({ url, era, ...asked[era === "modern" ? "tools/list" : "cached read"], connections: 8, seconds: part }),
      ),
    );
  // Until then the heap finds its size.
  await mixed(Math.min(60, seconds / 2));
  const before = await idleMemory(child);
  const [modern, legacy] = await mixed(seconds);
  const after = await idleMemory(child);
  const held = load({ url, era: "modern", ...asked["tools/list"], connections: 50, seconds: 2 });
  await pause(500);
  const drain = await drained(child);
  await held.catch(() => {});
  return {
    seconds,
    beforeMb: before,
    afterMb: after,
    growth: after / before,
    rps: modern.rps + legacy.rps,
    errors: modern.errors + legacy.errors,
    drain,
  };
}

/** V8 gives memory back when nothing happens for a while. */
async function idleMemory({ pid }) {
  await pause(15_000);
  return Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** A process that has let go of every handle ends by itself. */
async function drained(child) {
  const began = performance.now();
  const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  child.kill("SIGTERM");
  const code = await Promise.race([ended, pause(DRAIN_MS, "still there")]);
  child.kill("SIGKILL");
  return { code, ms: performance.now() - began };
}

function print({ era, name, connections, errors, ratios, ...figures }) {
  const shown = ["trunkline", "bare", "sameTools"].map((target) => {
    const { rps, p99 } = figures[target] ?? {};
    return rps === undefined ? "".padStart(22) : `${rps.toFixed(0)}/s p99 ${p99?.toFixed(1)} ms`.padStart(22);
  });
  const compared = [ratios.bare, ratios.sameTools].map((ratio) => (ratio === undefined ? "" : ratio.toFixed(2)).padStart(6));
  console.log([era.padEnd(7), name.padEnd(12), String(connections).padStart(4), ...shown, ...compared, `${errors} errors`].join(" "));
}

export function heading(rounds, seconds) {
  console.log(`Node ${process.version}, ${availableParallelism()} cores, medians of ${rounds} interleaved rounds of ${seconds} s`);
  console.log("bare: one tool; same: the bare server with trunkline's tools. Then the ratios to both.\n");
}
