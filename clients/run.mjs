// npm run test:clients: MCP clients and bridges that others wrote, against the built server on its sandbox, one line each.
// `npm ci` in this folder first, `npm run build` above it.
import { fork, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installNode } from "../scripts/other-node.mjs";
import { bridges, clients, controls } from "./table.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const program = at("../dist/main.js");
const START_MS = 30_000;
const CLIENT_MS = 120_000;
const GONE_MS = 5_000;
/** Two at a time: more would wait for each other on a machine of two cores. */
const AT_ONCE = 2;

for (const [path, made] of [
  [program, "npm run build"],
  [at("node_modules"), "npm ci in clients/"],
]) {
  if (!existsSync(path)) throw new Error(`${path} is not there: ${made} puts it there.`);
}
const folder = await mkdtemp(join(tmpdir(), "trunkline-clients-"));
try {
  const newerNode = await nodeFor(24);
  const listed = await listedTools();
  const only = process.argv.slice(2);
  const runs = [...clients, ...bridges, ...controls].filter(({ name }) => only.length === 0 || only.some((word) => name.includes(word)));
  const outcomes = [];
  const next = async () => {
    for (let run = runs.shift(); run; run = runs.shift()) {
      const outcome = judged(await tried(run, { listed, newerNode }));
      outcomes.push(outcome);
      print(outcome);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  console.log(`\n${outcomes.length - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0 || outcomes.length === 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** A control has passed where it failed as it should. */
function judged({ fails, ...outcome }) {
  if (!fails) return outcome;
  const { failure = "nothing was noticed", ...rest } = outcome;
  return fails.test(failure) ? { ...rest, seen: `noticed: ${failure.slice(0, 60)}` } : { ...rest, failure };
}

function print({ name, way, failure, tools, calls, errors, approved, started, ms, seen: noticed }) {
  const seen =
    noticed ?? `${tools} tools listed, ${calls} called, ${errors} errors read, ${approved} approval given, ${started} processes ended`;
  const verdict = failure === undefined ? "passed" : "FAILED";
  console.log([name.padEnd(24), way.padEnd(22), verdict, failure ?? seen, `${(ms / 1_000).toFixed(1)} s`].join("  "));
}

/** Some clients need a newer Node than the server. */
async function nodeFor(major) {
  if (Number(process.versions.node.split(".")[0]) >= major) return process.execPath;
  const place = at("node_modules/.node");
  await mkdir(place, { recursive: true });
  const { node, missing } = await installNode(major, place);
  if (missing) throw new Error(missing);
  return node;
}

async function listedTools() {
  const { connectSdk1 } = await import("./adapters/sdk-1.mjs");
  const client = await connectSdk1(serverIn(join(folder, "list")));
  const { tools } = await client.listTools();
  await client.close();
  if (tools.length === 0) throw new Error("the server lists no tool");
  return tools.map(({ name }) => name);
}

/** How a client starts a program of Node whose end is looked for. */
function startOf(home, file, ...options) {
  const env = { PATH: process.env.PATH ?? "", HOME: home, TRUNKLINE_HOME: join(home, "state"), PROCESSES_OF_RUN: join(home, "processes") };
  return { command: process.execPath, args: ["--import", pathToFileURL(at("note-process.mjs")).href, file, ...options], env };
}

function serverIn(home, settings = {}) {
  const { env, ...start } = startOf(home, program);
  return { ...start, env: { ...env, ...settings } };
}

async function tried(run, { listed, newerNode }) {
  const home = join(folder, `${run.name}-${run.way}`.replaceAll(/[^\w.-]/g, "_"));
  await mkdir(home, { recursive: true });
  const began = Date.now();
  const own = [];
  try {
    const server = await serverFor(run, home, own);
    const told = await driven(run, { server, listed, node: run.newer ? newerNode : process.execPath, home });
    await Promise.all(own.map(end));
    return { ...run, ...told, ...(told.failure ? {} : await ended(home)), ms: Date.now() - began };
  } catch (error) {
    return { ...run, failure: error.message, ms: Date.now() - began };
  } finally {
    await Promise.all(own.map(end));
  }
}

/** Gives the client its end of the connection; processes that have to run beside it are added to `own`. */
async function serverFor({ way, bridge, env }, home, own) {
  const http = async () => ({ url: await listening(home, own) });
  if (bridge) return await bridge({ home, own, http, startOf, serverIn, listen });
  return way === "http" ? await http() : serverIn(home, env);
}

async function listening(home, own) {
  const { command, args, env } = startOf(home, program, "http", "--port", "0");
  const child = spawn(command, args, { env, cwd: env.HOME, stdio: ["ignore", "ignore", "pipe"] });
  own.push(child);
  const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
  for await (const line of createInterface({ input: child.stderr })) {
    const [url] = /http:\/\/[\w.:[\]]+\/mcp/.exec(line) ?? [];
    if (url === undefined) continue;
    clearTimeout(timer);
    child.stderr.resume();
    return url;
  }
  throw new Error("the server ended before it said where it listens");
}

/** Starts a bridge that listens, and waits until it answers. */
async function listen({ command, args, env }, port, own) {
  const child = spawn(command, args, { env, cwd: env.HOME, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (data) => (said += data));
  own.push(child);
  for (const until = Date.now() + START_MS; Date.now() < until; ) {
    if (child.exitCode !== null) break;
    const answered = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the bridge does not listen: ${said.slice(-500)}`);
}

function driven({ adapter, option }, { server, listed, node, home }) {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? "", HOME: home, NODE_NO_WARNINGS: "1" };
    const child = fork(at("drive.mjs"), { execPath: node, env, cwd: home, silent: true });
    let said = "";
    child.stderr.on("data", (data) => (said += data));
    child.stdout.resume();
    const timer = setTimeout(() => child.kill("SIGKILL"), CLIENT_MS);
    let told;
    child.once("message", (message) => (told = message));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve(told ?? { failure: `the client ended (${signal ?? code}) without a word: ${said.slice(-1_000)}` });
    });
    child.send({ adapter, option, server, listed });
  });
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), GONE_MS);
  await closed;
  clearTimeout(timer);
}

/** Every process that was started for this client is gone; one at least was. */
async function ended(home) {
  const started = (await readdir(join(home, "processes"))).map(Number);
  if (started.length === 0) return { failure: "no process was seen to start" };
  for (const until = Date.now() + GONE_MS; Date.now() < until; ) {
    if (!started.some(runs)) return { started: started.length };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const left = started.filter(runs);
  for (const pid of left) process.kill(pid, "SIGKILL");
  return { failure: `${left.length} of ${started.length} processes went on after the client had ended` };
}

function runs(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
