import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * How everything here is bundled, the benchmark's yardstick included. Names stay: an operator reads stack traces. esbuild's
 * `keepNames` would cost each start 6 ms, because it names every function again at run time.
 */
export const bundling = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  // Native code, and what only some deployments install.
  external: ["libsql", "pg"],
  // Its main file finds its parts by a `require` of its own, which no bundler follows.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  logLevel: "warning",
  minifyWhitespace: true,
  minifySyntax: true,
  // Node shows the line that threw.
  lineLimit: 200,
  legalComments: "none",
  // Packages in CommonJS ask for `require` of Node's own modules, which an ES module does not have.
  banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' },
};

/** Loads what a piece of TypeScript exports, which imports the sources as a file in the root would. */
export async function loadSources(contents) {
  const folder = await mkdtemp(join(tmpdir(), "trunkline-sources-"));
  try {
    const outfile = join(folder, "sources.mjs");
    await build({ ...bundling, absWorkingDir: root, stdin: { contents, resolveDir: root, loader: "ts" }, outfile });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}
