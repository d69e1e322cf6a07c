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
test("the lock file names every package that its packages may need, and no registry", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Record<string, Entry> };
  const entries = Object.entries(packages);
  const missing = entries.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`]),
  );
  expect(entries.length).toBeGreaterThan(200);
  expect(missing, "npm run lock adds them").toEqual([]);
  expect(entries.filter(([path, { version, resolved }]) => path !== "" && (version === undefined || resolved !== undefined))).toEqual([]);
});
