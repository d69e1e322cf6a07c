// npm run bench [-- --rounds 31 --calls 3000 --era legacy|modern]: the figures that the design promises, measured here and now.
// npm run bench -- http [--rounds 5 --seconds 2 --soak 600]: those of the HTTP server, see http.mjs.
// npm run bench -- views: only how long a view takes to its first frame, beside a frame that shows one line.
// npm run bench -- requests: only how many requests a question costs at accounts of several sizes.
// Writes nothing into the tree. The last line is the result as JSON.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildJournal, buildPlans, buildReads, buildRequests, buildServers } from "./build.mjs";
import { measureClientStarts } from "./client-starts.mjs";
import { measureJournal } from "./journal.mjs";
import { measurePlans } from "./plans.mjs";
import { measureReads } from "./read.mjs";
import { measureRequests, requestRows } from "./requests.mjs";
import { eras, measureStarts } from "./start.mjs";
import { measureSurface } from "./surface.mjs";
import { measureViews } from "./views.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string" },
    seconds: { type: "string", default: "2" },
    soak: { type: "string", default: "0" },
    calls: { type: "string", default: "3000" },
    era: { type: "string", default: "legacy" },
  },
});
const ofHttp = positionals[0] === "http";
const onlyRequests = positionals[0] === "requests";
const onlyViews = positionals[0] === "views";
const [rounds, calls] = [values.rounds ?? (ofHttp ? "5" : "31"), values.calls].map(Number);
if (!(rounds >= 1 && calls >= 1 && Object.hasOwn(eras, values.era)) || positionals.length > (ofHttp || onlyRequests || onlyViews ? 1 : 0)) {
  console.error(
    `Expected http, requests, views or nothing, --rounds and --calls of at least 1, and --era ${Object.keys(eras).join(" or ")}.`,
  );
  process.exit(2);
}

/** The goals of design.md, section 12. */
const goals = {
  ...{ start: 1.15, again: 0.85, client: 1.15, memory: 1.15, readMs: 0.25, journalMs: 3, ofRate: 0.99, ofBare: 0.8 },
  ...{ tokens: 140, instructions: 220, outputSchemas: 8_000, list: 30_000 },
  views: { "one trunk": 100, "300 trunks": 150 },
};

const folder = await mkdtemp(join(tmpdir(), "trunkline-bench-"));
try {
  if (ofHttp) await http();
  else if (onlyRequests) printRequests(await measureRequests(await buildRequests(folder)));
  else if (onlyViews) printViews(await measureViews(rounds));
  else await stdio();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function http() {
  const { benchHttp, heading } = await import("./http.mjs");
  const [seconds, soak] = [values.seconds, values.soak].map(Number);
  heading(rounds, seconds);
  const result = await benchHttp(folder, { rounds, seconds, soak });
  printJson({ node: process.version, rounds, seconds, ...result });
}

async function stdio() {
  const servers = await buildServers(folder);
  const { starts, ratios, listed } = await measureStarts(servers, { rounds, era: values.era });
  const clients = await measureClientStarts(servers, rounds);
  const surface = measureSurface(listed);
  const read = await measureReads(await buildReads(folder), calls);
  const journal = await measureJournal(await buildJournal(folder), folder);
  const plans = await measurePlans(await buildPlans(folder), folder);
  const requests = await measureRequests(await buildRequests(folder));
  const views = await measureViews(rounds);
  print({ starts, ratios, clients, read, journal, plans, surface, requests, views });
}

function print({ starts, ratios, clients, read, journal, plans, surface, requests, views }) {
  console.log(`Node ${process.version}, ${availableParallelism()} cores, era ${values.era}, medians of ${rounds} interleaved rounds\n`);
  printStarts(starts, ratios, clients);
  console.log(`\nA read of ${read.rows} trunks over a bare undici request, ${calls} interleaved calls of each\n`);
  line(["", "", "p50", "p95", "overhead p50", "p95", "goal"]);
  for (const way of ["bare", "pipeline", "client"]) {
    const { p50, p95, overheadP50, overheadP95 } = read[way];
    line([way, "ms", ...[p50, p95, overheadP50, overheadP95].map(shown), way === "pipeline" ? goals.readMs : ""]);
  }
  console.log("\nThe journal of a write on SQLite, every row synced, over two bare synced appends\n");
  line(["", "", "p50", "p95", "bare p50", "ratio", "goal"]);
  line(["journal", "ms", ...[journal.p50, journal.p95, journal.bareP50, journal.p50 / journal.bareP50].map(shown), goals.journalMs]);
  console.log(
    `\nA plan of ${plans.numbers} numbers, at the rate of a carrier (refused ${plans.pace.refused} times), and beside a bare client at none\n`,
  );
  line(["", "", "plan", "bare", "ratio", "goal"]);
  line(["of the rate", "", "", "", shown(plans.pace.ofRate), goals.ofRate]);
  line(["without a rate", "ms", ...[plans.planMs, plans.bareMs, plans.ratio].map(shown), goals.ofBare]);
  printRequests(requests);
  printViews(views);
  printSurface(surface);
  const met = {
    start: ratios.ms <= goals.start,
    ...(ratios.again ? { again: ratios.again.ms <= goals.again } : {}),
    client: clients.ratios.ms <= goals.client,
    memory: ratios.mb <= goals.memory,
    read: read.pipeline.overheadP50 <= goals.readMs,
    journal: journal.p50 <= goals.journalMs,
    pace: plans.pace.ofRate >= goals.ofRate && plans.pace.refused === 0,
    plans: plans.ratio >= goals.ofBare,
    surface: average <= goals.tokens && instructions <= goals.instructions,
    list: outputSchemas <= goals.outputSchemas && list <= goals.list,
  };
  printJson({
    node: process.version,
    era: values.era,
    rounds,
    calls,
    starts,
    ratios,
    clients,
    read,
    journal,
    plans,
    surface,
    requests,
    views,
    goals,
    met,
  });
}

function printStarts(starts, ratios, clients) {
  line(["", "", "trunkline", "one tool", "node -e 0", "ratio", "goal"]);
  const rows = { "start to tools/list": ["ms", goals.start], "its processor time": ["cpuMs"], "peak memory": ["mb", goals.memory] };
  for (const [name, [figure, goal]] of Object.entries(rows)) {
    const figures = [starts.trunkline[figure], starts.oneTool[figure], starts.node[figure], ratios[figure]];
    line([name, figure === "mb" ? "MB" : "ms", ...figures.map(shown), goal ?? ""]);
  }
  if (starts.again) {
    const figures = (figure) => [starts.again[figure], starts.oneTool[figure], undefined, ratios.again[figure]].map(shown);
    line(["second start", "ms", ...figures("ms"), goals.again]);
    line(["its processor time", "ms", ...figures("cpuMs"), ""]);
  } else console.log("The second start needs Node 22.3 or newer, which keeps compiled code.");
  const ofClient = (figure) => [clients.trunkline[figure], clients.oneTool[figure], undefined, clients.ratios[figure]].map(shown);
  line(["to its client's tools", "ms", ...ofClient("ms"), goals.client]);
  line(["that client's time", "ms", ...ofClient("cpuMs"), ""]);
}

function printViews(views) {
  if (views === undefined) return console.log("\nViews were not measured: Chromium is not installed.");
  console.log("\nFrom an answer to the first frame that shows it, beside a frame that shows one line\n");
  line(["", "", "view", "bare", "ratio", "goal"]);
  for (const [name, { ms, bareMs, ratio }] of Object.entries(views))
    line([name, "ms", ...[ms, bareMs, ratio].map(shown), goals.views[name]]);
}

function printRequests(requests) {
  const { sizes, rows } = requestRows(requests);
  console.log("\nRequests of a question at an account of so many trunks\n");
  for (const [name, ...counts] of [["", ...sizes], ...rows])
    console.log(name.padEnd(36), ...counts.map((count) => String(count).padStart(6)));
}

function printSurface({ tools, average, widest, instructions, outputSchemas, list }) {
  console.log(`\n${tools} tools, ${average} model tokens on average (goal ${goals.tokens}), widest ${widest.name} ${widest.tokens}`);
  console.log(`instructions ${instructions} tokens (goal ${goals.instructions})`);
  console.log(`output schemas ${outputSchemas} bytes (goal ${goals.outputSchemas}), tools/list ${list} (goal ${goals.list})\n`);
}

function printJson(result) {
  console.log(JSON.stringify(result, (_, value) => (typeof value === "number" ? Number(value.toFixed(4)) : value)));
}

function line(cells) {
  console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(20) : String(cell).padStart(index === 1 ? 3 : 13))).join(" "));
}

/** A figure that was not measured is left blank. */
function shown(figure) {
  return Number.isFinite(figure) ? figure.toFixed(3) : "";
}
