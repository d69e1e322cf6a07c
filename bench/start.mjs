// Cold start to a `tools/list` answer, and peak memory, of child processes.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import * as nodeModule from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { median } from "./statistics.mjs";

const TIMEOUT_MS = 20_000;
const clientInfo = { name: "bench", version: "1.0.0" };
const envelope = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
  "io.modelcontextprotocol/clientInfo": clientInfo,
};

/** Messages of a client until it knows the tools; each request waits for the answer to the one before. */
export const eras = {
  legacy: [
    { id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo } },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/list" },
  ],
  modern: [
    { id: 1, method: "server/discover", params: { _meta: envelope } },
    { id: 2, method: "tools/list", params: { _meta: envelope } },
  ],
};

/** Nothing of this shell: no carrier's keys, no compile cache, no options for Node. */
const environment = { PATH: process.env.PATH ?? "", NODE_DISABLE_COMPILE_CACHE: "1" };
/** A person's folder, in which the second start finds the code that the first one compiled. */
const atHome = (home) => ({ PATH: environment.PATH, HOME: home, LOCALAPPDATA: home });
const hasProc = existsSync("/proc/self/schedstat");
/** Where the kernel does not tell a living child's peak, the child says it as it ends. */
const tellMemory = "process.on('exit', () => process.stderr.write('maxRSS ' + process.resourceUsage().maxRSS))";
const memoryArguments = hasProc ? [] : ["--import", `data:text/javascript,${encodeURIComponent(tellMemory)}`];

/**
 * Rounds of one start each, there and back, and the ratio within each round: whatever else the machine does weighs on both
 * alike. The first round warms the disk.
 */
export async function measureStarts(servers, options) {
  const home = await mkdtemp(join(tmpdir(), "trunkline-home-"));
  try {
    return await measureAtHome(servers, options, home);
  } finally {
    await rm(home, { recursive: true });
  }
}

async function measureAtHome({ trunkline, oneTool }, { rounds, era }, home) {
  const contestants = {
    trunkline: () => startServer(trunkline, eras[era], environment),
    oneTool: () => startServer(oneTool, eras[era], environment),
    node: startNode,
    // Node 22.3 and newer. The round that warms the disk is the first start.
    ...(nodeModule.enableCompileCache ? { again: () => startServer(trunkline, eras[era], atHome(home)) } : {}),
  };
  const samples = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    const order = Object.entries(contestants);
    for (const [name, start] of round % 2 === 0 ? order : order.reverse()) {
      const sample = await start();
      if (round > 0) samples[name].push(sample);
    }
  }
  const starts = Object.fromEntries(Object.entries(samples).map(([name, taken]) => [name, summary(taken)]));
  const ratiosOf = (name) => {
    const ratio = (figure) => median(samples[name].map((sample, round) => sample[figure] / samples.oneTool[round][figure]));
    return { ms: ratio("ms"), cpuMs: ratio("cpuMs"), mb: ratio("mb") };
  };
  const again = samples.again ? { again: ratiosOf("again") } : {};
  return { starts, ratios: { ...ratiosOf("trunkline"), ...again }, listed: samples.trunkline[0].listed };
}

function summary(samples) {
  const middle = (figure) => median(samples.map((sample) => sample[figure]));
  return { ms: middle("ms"), fastestMs: Math.min(...samples.map(({ ms }) => ms)), cpuMs: middle("cpuMs"), mb: middle("mb") };
}

/** Starts a server, asks it for its tools, and ends it. */
async function startServer(file, messages, env) {
  const started = performance.now();
  const child = spawn(process.execPath, [...memoryArguments, file], { env, stdio: "pipe" });
  const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
  const ended = endOf(child);
  try {
    const listed = await converse(child, messages);
    const ms = performance.now() - started;
    const kernel = hasProc ? await askKernel(child.pid) : {};
    child.stdin.end();
    const stderr = await ended;
    return { ms, mb: Number(/maxRSS (\d+)/.exec(stderr)?.[1]) / 1024, ...kernel, listed };
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}

/** Node alone: what no server written for it can go below. */
async function startNode() {
  const started = performance.now();
  await endOf(spawn(process.execPath, ["-e", "0"], { env: environment, stdio: "pipe" }));
  return { ms: performance.now() - started };
}

/** The instructions and tools that a client receives. */
async function converse(child, messages) {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answers = [];
  for (const message of messages) {
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    if (message.id === undefined) continue;
    const { value: line } = await lines.next();
    const answer = line === undefined ? undefined : JSON.parse(line);
    if (answer?.id !== message.id || !answer.result) throw new Error(`${message.method} was answered with ${line}`);
    answers.push(answer.result);
  }
  const [{ instructions = "" }, { tools }] = answers;
  if (!tools?.length) throw new Error("tools/list answered without tools");
  return { instructions, tools };
}

/** Peak memory, and the time that the main thread had a core: what remains of a start when nobody else is at work. */
async function askKernel(pid) {
  const [status, schedule] = await Promise.all([readFile(`/proc/${pid}/status`, "utf8"), readFile(`/proc/${pid}/schedstat`, "utf8")]);
  return { mb: Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024, cpuMs: Number.parseInt(schedule, 10) / 1e6 };
}

function endOf(child) {
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  // A server that ended early is reported by what it did not answer.
  child.stdin.on("error", () => {});
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve(stderr));
  });
}
