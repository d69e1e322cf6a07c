// Bundles the view into one HTML file that loads nothing, with the carriers' names.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { build } from "esbuild";
import { loadSources, root } from "./bundle.mjs";

const named = `
  import { providers } from "./src/providers/index.ts";
  export const carriers = Object.fromEntries(providers.map(({ id, title }) => [id, title]));`;

/** The page, and the address under which hosts keep it: another page has another one. */
export async function buildView() {
  const { carriers } = await loadSources(named);
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { script: "views/view.ts", style: "views/view.css" },
    outdir: join(root, "unwritten"),
    write: false,
    bundle: true,
    minify: true,
    target: "es2022",
    format: "iife",
    charset: "utf8",
    legalComments: "none",
    define: { CARRIERS: JSON.stringify(carriers) },
    logLevel: "warning",
  });
  const [script, style] = ["script.js", "style.css"].map((name) => outputFiles.find(({ path }) => path.endsWith(name)).text.trim());
  const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Trunkline</title>
<style>${style}</style><body><script>${script.replaceAll("</script", "<\\/script")}</script></body></html>
`;
  const hash = createHash("sha256").update(page).digest("hex").slice(0, 8);
  return { page, uri: `ui://trunkline/${hash}` };
}
