import { execFile } from "node:child_process";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { bundling } from "../scripts/bundle.mjs";

const buildScript = fileURLToPath(new URL("../scripts/build.mjs", import.meta.url));
const oneToolServer = fileURLToPath(new URL("./one-tool-server.mjs", import.meta.url));
const sdkClient = fileURLToPath(new URL("./sdk-client.mjs", import.meta.url));
const journalRows = fileURLToPath(new URL("./journal-rows.ts", import.meta.url));
const packages = fileURLToPath(new URL("../node_modules", import.meta.url));
const requestCounts = fileURLToPath(new URL("../test/support/request-counts.ts", import.meta.url));
const readCalls = fileURLToPath(new URL("./read-calls.ts", import.meta.url));

/** Trunkline as it is published, the yardstick, and a client of both, bundled by the same settings. */
export async function buildServers(folder) {
  const [oneTool, client] = ["one-tool.mjs", "sdk-client.mjs"].map((name) => join(folder, name));
  await build({ ...bundling, entryPoints: [oneToolServer], outfile: oneTool });
  await build({ ...bundling, entryPoints: [sdkClient], outfile: client });
  return { trunkline: await buildTrunkline(folder), oneTool, client };
}

export async function buildTrunkline(folder) {
  const trunkline = join(folder, "trunkline");
  await promisify(execFile)(process.execPath, [buildScript, trunkline]);
  // As in the package. Without it, Node reads each file twice to find out which kind of module it is.
  await writeFile(join(trunkline, "package.json"), '{ "type": "module" }');
  return join(trunkline, "main.js");
}

/** The sources of the call pipeline, with the loop that times it. */
export async function buildReads(folder) {
  await build({ ...bundling, entryPoints: [readCalls], outdir: folder, splitting: true, outExtension: { ".js": ".mjs" } });
  return join(folder, "read-calls.mjs");
}

/** Trunkline with the emulators and a client, and the questions whose requests are counted. The native drivers are found beside it. */
export async function buildRequests(folder) {
  await symlink(packages, join(folder, "node_modules")).catch(() => {});
  await build({ ...bundling, entryPoints: [requestCounts], outdir: folder, splitting: true, outExtension: { ".js": ".mjs" } });
  return join(folder, "request-counts.mjs");
}

/** The plans' runner with its bare yardstick, and the carrier that both ask. */
export async function buildPlans(folder) {
  const entryPoints = ["plan-runs", "plan-carrier"].map((name) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url)));
  await build({ ...bundling, entryPoints, outdir: folder, splitting: true, outExtension: { ".js": ".mjs" } });
  return { runs: join(folder, "plan-runs.mjs"), carrier: join(folder, "plan-carrier.mjs") };
}

/** The store, with the loop that times it. Its native driver stays outside the bundle and is found beside it. */
export async function buildJournal(folder) {
  await symlink(packages, join(folder, "node_modules"));
  const outfile = join(folder, "journal-rows.mjs");
  await build({ ...bundling, entryPoints: [journalRows], outfile });
  return outfile;
}
