// node scripts/smoke-nodes.mjs [22 24 26]: runs dist/main.js, and the contract of the store, on other versions of Node. The store keeps its state with Node's own SQLite there, and with libsql on Node 20.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installNode } from "./other-node.mjs";

const run = promisify(execFile);
const server = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const root = fileURLToPath(new URL("..", import.meta.url));
const TIMEOUT_MS = 30_000;

if (!existsSync(server)) {
  console.error("There is no dist/main.js: npm run build makes it.");
  process.exit(1);
}
const versions = process.argv.length > 2 ? process.argv.slice(2) : ["22", "24", "26"];
const outcomes = [];
for (const version of versions) {
  const outcome = await smoke(version);
  outcomes.push(outcome);
  console.log(`node ${version}: ${outcome.kind}, ${outcome.text}`);
}
const [passed, failed, skipped] = ["passed", "failed", "skipped"].map((kind) => outcomes.filter((outcome) => outcome.kind === kind).length);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
// A check that ran nothing has shown nothing.
if (passed === 0 || failed > 0) process.exitCode = 1;

async function smoke(version) {
  const folder = await mkdtemp(join(tmpdir(), `trunkline-node-${version}-`));
  try {
    const installed = await installNode(version, folder);
    if (installed.missing) return { kind: "skipped", text: installed.missing };
    const conversed = await converse(installed.node, folder);
    return { kind: "passed", text: `${installed.exact}: ${conversed}, ${await holdContract(installed.node)}` };
  } catch (error) {
    return { kind: "failed", text: error.message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same suite that libsql passes; one of its tests tells the two apart. */
async function holdContract(node) {
  const args = [vitest, "run", "--project", "slow", "--reporter", "json", "test/store/sqlite.slow.test.ts"];
  // Processes that the suite starts are of this Node too.
  const { stdout } = await run(node, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 }).catch(({ stdout: said = "", stderr = "" }) => {
    throw new Error(`the contract of the store fails: ${said.slice(-2_000)}${stderr.slice(-2_000)}`);
  });
  const { numPassedTests } = JSON.parse(stdout.slice(stdout.indexOf("{")));
  if (!(numPassedTests > 50)) throw new Error(`the contract of the store ran ${numPassedTests} tests`);
  return `${numPassedTests} tests of the store`;
}

/** From the first line to an answer of an emulator: the chunks of the start, of a tool, of the wire and of the sandbox load. */
async function converse(node, folder) {
  const child = spawn(node, [server], { cwd: folder, env: { PATH: process.env.PATH ?? "" }, stdio: "pipe" });
  const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  let lastId = 0;
  const ask = async (method, params) => {
    send({ id: ++lastId, method, params });
    const { value: line } = await lines.next();
    const answer = line === undefined ? undefined : JSON.parse(line);
    if (answer?.id === lastId && answer.result) return answer.result;
    throw new Error(`${method} was answered with ${line?.slice(0, 200)}; stderr: ${stderr.slice(0, 1_000)}`);
  };
  try {
    const clientInfo = { name: "smoke", version: "1.0.0" };
    const { serverInfo } = await ask("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
    send({ method: "notifications/initialized" });
    const { tools } = await ask("tools/list");
    const { structuredContent, isError } = await ask("tools/call", { name: "list_trunks", arguments: {} });
    if (isError || !Array.isArray(structuredContent?.trunks)) throw new Error(`list_trunks answered ${JSON.stringify(structuredContent)}`);
    return `${serverInfo.name} ${serverInfo.version}, ${tools.length} tools, list_trunks answered`;
  } finally {
    clearTimeout(timer);
    child.kill();
  }
}
