// Reads all that the uploads are made from: the package, its owner, and the carriers' settings as the sources have them.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadSources, root } from "../scripts/bundle.mjs";

export async function readSources() {
  const [manifest, owner] = await Promise.all(["package.json", "packaging/owner.json"].map(readJson));
  const { carriers, surface } = await loadSources(described);
  return { ...manifest, owner, registryName: `io.github.${owner.account}/trunkline`, carriers, surface };
}

async function readJson(path) {
  return JSON.parse(await readFile(join(root, path), "utf8"));
}

/** The settings of each carrier, the tools and the prompts. */
const described = `
  import { providers } from "./src/providers/index.ts";
  import { settingRows } from "./src/core/config.ts";
  import { computeSurface } from "./src/mcp/surface.ts";
  export const carriers = providers.map(({ title, settings }) => ({ title, settings: settingRows(settings) }));
  export const surface = await computeSurface();`;
