// Bundles the server into dist/, or the folder that is named: one entry, and a chunk for each thing that is loaded on first use.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const common = { bundle: true, platform: "node", format: "esm", target: "node20", absWorkingDir: root, logLevel: "warning" };
// Packages in CommonJS ask for `require` of Node's own modules, which an ES module does not have.
const requireBanner = 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** The listed surface, computed by the sources themselves. */
async function computeSurface() {
  const folder = await mkdtemp(join(tmpdir(), "trunkline-surface-"));
  const outfile = join(folder, "surface.mjs");
  await build({ ...common, entryPoints: ["src/server/surface.ts"], outfile, banner: { js: requireBanner } });
  const { computeSurface: compute } = await import(pathToFileURL(outfile).href);
  const surface = await compute();
  await rm(folder, { recursive: true });
  return surface;
}

const surface = await computeSurface();
const outdir = resolve(root, process.argv[2] ?? "dist");
await rm(outdir, { recursive: true, force: true });
const { metafile } = await build({
  ...common,
  entryPoints: ["src/main.ts"],
  outdir,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  minify: true,
  keepNames: true,
  legalComments: "none",
  banner: { js: requireBanner },
  define: { BUILT_SURFACE: JSON.stringify(surface) },
  metafile: true,
});
await writeFile(join(outdir, "THIRD-PARTY-LICENSES.txt"), await licences(Object.keys(metafile.inputs)));

/** What is bundled is distributed: each package's licence goes with it. */
async function licences(inputs) {
  const folders = new Set(inputs.map((input) => input.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean));
  const texts = await Promise.all([...folders].sort().map(licenceOf));
  return texts.join("\n");
}

async function licenceOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
  const file = (await readdir(join(root, folder))).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(join(root, folder, file), "utf8") : `${license}\n`;
  return `${name} ${version} (${license})\n${"-".repeat(60)}\n${text}\n`;
}
