// node scripts/build.mjs [folder] [entry]: bundles the server into dist/, or the folder that is named: one entry (main, or the
// desktop bundle's), and a chunk for each thing that is loaded on first use.
import { copyFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { bundling, loadSources, root } from "./bundle.mjs";
import { buildView } from "./view.mjs";

const [folder = "dist", name = "main"] = process.argv.slice(2);
const entry = `src/${name}.ts`;

/**
 * esbuild makes a chunk for each set of modules that the same entry points share, which left a dozen small files on the
 * way to the first answer. What loads later loads after the start anyway: where each such file says so, one chunk remains.
 */
const loadedAfterTheStart = (later) => ({
  name: "loaded-after-the-start",
  setup({ onLoad }) {
    const start = `import ${JSON.stringify(join(root, entry))};`;
    onLoad({ filter: /\.ts$/ }, async ({ path }) =>
      later.has(path) ? { contents: `${start} ${await readFile(path, "utf8")}`, loader: "ts" } : undefined,
    );
  },
});

/** An import of one of these runs each getter that it has: that of node:fs loads its promises, readline and workers. */
const withoutGetters = {
  name: "without-getters",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:(fs|os)$/ }, ({ path }) => ({ path, namespace: "builtin" }));
    onLoad({ filter: /./, namespace: "builtin" }, ({ path }) => ({ contents: `module.exports = process.getBuiltinModule("${path}");` }));
  },
};

/** Known before the build that needs it: esbuild may load a file before it meets the import that says so. */
function dynamicImports({ inputs }) {
  const imports = Object.values(inputs).flatMap((input) => input.imports);
  return new Set(imports.filter(({ kind, external }) => kind === "dynamic-import" && !external).map(({ path }) => join(root, path)));
}

const { computeSurface } = await loadSources(`export { computeSurface } from "./src/mcp/surface.ts";`);
const view = await buildView();
const surface = await computeSurface(view.uri);
const outdir = resolve(root, folder);
await rm(outdir, { recursive: true, force: true });
const options = {
  ...bundling,
  absWorkingDir: root,
  // A desktop host imports its entry itself; a person's Node meets the loader first.
  entryPoints: name === "main" ? { trunkline: entry } : [entry],
  outdir,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  // The SDK makes each server a JSON Schema validator, which ours never asks: its small one will do. ajv costs 10 ms a start.
  alias: {
    ...bundling.alias,
    "@modelcontextprotocol/server/_shims": join(root, "node_modules/@modelcontextprotocol/server/dist/shimsBrowser.mjs"),
  },
  define: { BUILT_SURFACE: JSON.stringify(JSON.stringify(surface)), BUILT_VIEW: JSON.stringify(JSON.stringify(view)) },
  metafile: true,
};
const later = dynamicImports((await build({ ...options, write: false })).metafile);
const { metafile } = await build({ ...options, plugins: [withoutGetters, loadedAfterTheStart(later)] });
if (name === "main") await copyFile(join(root, "src/loader.mjs"), join(outdir, "main.js"));
// A list of the bundled packages is made from it.
if (process.env.METAFILE) await writeFile(process.env.METAFILE, JSON.stringify(metafile));
await writeFile(join(outdir, "THIRD-PARTY-LICENSES.txt"), await licences(Object.keys(metafile.inputs)));

/** Collects the licence of each bundled package: to bundle is to distribute. */
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
