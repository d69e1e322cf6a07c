// node conformance/run.mjs: the official suite against the built server, both requirement sets in full against a fixture on
// the same HTTP stack, and the MCP Inspector, strict, about the tools. `npm ci` in this folder and in
// inspector/ first, `npm run build` above them. There is no list of expected failures.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundling } from "../scripts/bundle.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
/** The suite and the Inspector need Node 22; what they test runs on the Node that runs this. */
const newerNode = at("node_modules/node/bin/node");
const suite = at("node_modules/@modelcontextprotocol/conformance/dist/index.js");
const inspector = at("inspector/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js");
const program = at("../dist/main.js");
const START_MS = 20_000;
const SUITE_MS = 180_000;

/** Scenarios that need only a server: no tool, resource or prompt of the suite's own. */
const curated = {
  "2026-07-28": [
    "tools-list",
    "resources-list",
    "prompts-list",
    "dns-rebinding-protection",
    "caching",
    "sep-2164-resource-not-found",
    "server-sse-multiple-streams",
    "http-header-validation",
    "input-required-result-unsupported-methods",
  ],
  // Not resources-subscribe and -unsubscribe: they ask for an address of their own fixture, and an unknown one is refused here.
  "2025-11-25": [
    "server-initialize",
    "server-session-lifecycle",
    "ping",
    "tools-list",
    "resources-list",
    "prompts-list",
    "server-sse-multiple-streams",
    "dns-rebinding-protection",
  ],
};
/** The required scenarios of each revision, and how many there are at least. */
const required = { "2026-07-28": 37, "2025-11-25": 30 };

for (const [file, made] of [
  [suite, "npm ci in conformance/"],
  [inspector, "npm ci in conformance/inspector/"],
  [newerNode, "npm ci in conformance/"],
  [program, "npm run build"],
]) {
  if (!existsSync(file)) throw new Error(`${file} is not there: ${made} puts it there.`);
}
const folder = await mkdtemp(at("node_modules/.run-"));
const outcomes = [];
try {
  await withServer(program, ["http", "--port", "0"], async (url) => {
    for (const [revision, scenarios] of Object.entries(curated)) {
      for (const scenario of scenarios) {
        const options = ["--scenario", scenario, "--spec-version", revision];
        outcomes.push({ target: "trunkline", revision, what: scenario, least: 1, ...(await conform(url, options)) });
      }
    }
  });
  const inspected = { target: "trunkline", revision: "any       ", least: 1 };
  outcomes.push({ ...inspected, what: "inspector, tools/list", ...(await inspect(["--strict"], /"list_trunks"/)) });
  outcomes.push({ ...inspected, what: "inspector, the view of a tool", ...(await inspect(["--app-info"], viewOf("get_trunk"))) });
  const fixture = await buildFixture();
  await withServer(fixture, [], async (url) => {
    for (const revision of Object.keys(required)) {
      const outcome = await conform(url, ["--requirements", revision]);
      outcomes.push({ target: "fixture", revision, what: "all that is required", least: required[revision], ...outcome });
    }
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
const failed = outcomes.filter(isFailure);
for (const outcome of outcomes) print(outcome);
console.log(`\n${outcomes.length - failed.length} passed, ${failed.length} failed`);
if (failed.length > 0) process.exitCode = 1;

/** A suite that checked less than it should has shown nothing. */
function isFailure({ code, scenarios, passed, least }) {
  return code !== 0 || scenarios < least || passed === 0;
}

function print(outcome) {
  const { target, revision, what, scenarios, passed, warnings, notScored, output } = outcome;
  const verdict = isFailure(outcome) ? "FAILED" : "passed";
  const cells = [
    target.padEnd(10),
    revision,
    verdict,
    what.padEnd(42),
    `${scenarios} scenarios, ${passed} checks passed, ${warnings} warnings`,
  ];
  console.log(cells.join("  "));
  if (notScored.length > 0) console.log(`${" ".repeat(32)}not part of the revision, and not passed: ${notScored.join(", ")}`);
  if (isFailure(outcome)) console.log(output);
}

/** Built as it is published: in chunks, with the packages inside. */
async function buildFixture() {
  await build({ ...bundling, entryPoints: [at("fixture.ts")], outdir: folder, splitting: true, outExtension: { ".js": ".mjs" } });
  return join(folder, "fixture.mjs");
}

async function withServer(file, options, use) {
  const environment = { PATH: process.env.PATH ?? "", HOME: folder };
  const child = spawn(process.execPath, [file, ...options], { env: environment, stdio: ["ignore", "inherit", "pipe"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    await use(await addressOf(child));
  } finally {
    child.kill("SIGTERM");
    const killed = setTimeout(() => child.kill("SIGKILL"), START_MS);
    await ended;
    clearTimeout(killed);
  }
}

async function addressOf(child) {
  const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
  for await (const line of createInterface({ input: child.stderr })) {
    const [url] = /http:\S+\/mcp/.exec(line) ?? [];
    if (url === undefined) continue;
    clearTimeout(timer);
    child.stderr.resume();
    return url;
  }
  throw new Error("The server ended before it said where it listens.");
}

/** One run of the suite: its verdict, and what it looked at. */
async function conform(url, options) {
  const results = await mkdtemp(join(folder, "results-"));
  const { code, stdout, stderr } = await run(suite, ["server", "--url", url, ...options, "-o", results]);
  const output = `${stdout}${stderr}`;
  // A scenario that broke off has a folder without checks.
  const files = await Promise.all(
    (await readdir(results)).map((name) => readFile(join(results, name, "checks.json"), "utf8").catch(() => "[]")),
  );
  const checks = files.flatMap((file) => JSON.parse(file));
  const count = (status) => checks.filter((check) => check.status === status).length;
  const notScored = [...output.matchAll(/^ +✗ (\S+) \(/gm)].map(([, name]) => name);
  return {
    code,
    output,
    scenarios: files.filter((file) => file !== "[]").length,
    passed: count("SUCCESS"),
    warnings: count("WARNING"),
    notScored,
  };
}

/** The Inspector exits with 0 also where it warns. */
async function inspect(options, expected) {
  const { code, stdout, stderr } = await run(inspector, ["--cli", process.execPath, program, "--method", "tools/list", ...options]);
  const warnings = stderr.match(/warning|error/gi)?.length ?? 0;
  const passed = expected.test(stdout) && warnings === 0 ? 1 : 0;
  return { code, output: `${stdout}${stderr}`, scenarios: 1, passed, warnings, notScored: [] };
}

/** The Inspector has read the page, and takes it for an app of this tool. */
function viewOf(tool) {
  return new RegExp(
    `"hasApp":\\s*true,\\s*"toolName":\\s*"${tool}",\\s*"resourceUri":\\s*"ui://trunkline/[^"]+"[^}]*text/html;profile=mcp-app`,
  );
}

function run(script, options) {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? "", HOME: folder, TRUNKLINE_HOME: join(folder, "state") };
    execFile(newerNode, [script, ...options], { env, timeout: SUITE_MS, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? 1), stdout, stderr }),
    );
  });
}
