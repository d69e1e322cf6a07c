import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

interface Entry {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

// `npm ci` refuses a lock that leaves out the packages of other platforms, which a mirror without them makes npm do.
test.each([
  [".", 200],
  ["conformance", 100],
])("the lock file of %s names every package that its packages may need, and no registry", (folder, least) => {
  const { packages } = JSON.parse(readFileSync(join(root, folder, "package-lock.json"), "utf8")) as { packages: Record<string, Entry> };
  const entries = Object.entries(packages);
  const missing = entries.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`]),
  );
  expect(entries.length).toBeGreaterThan(least);
  expect(missing, `node scripts/complete-lock.mjs ${folder} adds them`).toEqual([]);
  expect(entries.filter(([path, { version, resolved }]) => path !== "" && (version === undefined || resolved !== undefined))).toEqual([]);
});
