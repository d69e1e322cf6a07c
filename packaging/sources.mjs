// Reads all that the uploads are made from: the package, its owner, and the carriers' settings as the sources have them.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundling } from "../scripts/bundle.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export async function readSources() {
  const [manifest, owner] = await Promise.all(["package.json", "packaging/owner.json"].map(readJson));
  return { ...manifest, owner, registryName: `io.github.${owner.account}/trunkline`, ...(await compute()) };
}

async function readJson(path) {
  return JSON.parse(await readFile(join(root, path), "utf8"));
}

/** The settings of each carrier, the tools and the prompts. */
async function compute() {
  const folder = await mkdtemp(join(tmpdir(), "trunkline-sources-"));
  const outfile = join(folder, "sources.mjs");
  const contents = `
    import { providers } from "./src/providers/index.ts";
    import { settingRows } from "./src/core/config.ts";
    import { computeSurface } from "./src/mcp/surface.ts";
    export const carriers = providers.map(({ title, settings, required }) =>
      ({ title, settings: settingRows(settings).map((row) => ({ ...row, required: required.includes(row.name) })) }));
    export const surface = await computeSurface();`;
  await build({ ...bundling, absWorkingDir: root, stdin: { contents, resolveDir: root, loader: "ts" }, outfile });
  const { carriers, surface } = await import(pathToFileURL(outfile).href);
  await rm(folder, { recursive: true });
  return { carriers, surface };
}
