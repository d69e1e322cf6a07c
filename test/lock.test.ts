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
interface Installed {
  engines?: { node?: string };
  hasInstallScript?: boolean;
}

test.each([
  [".", 200],
  ["clients", 500],
  ["conformance", 100],
  ["conformance/inspector", 100],
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

/** Whether a range of versions, as `engines` writes it, holds this one. */
function admits(range: string, [major, minor, patch]: [number, number, number]): boolean {
  return range.split("||").some((alternative) => {
    const [, sign, ...parts] = /^(\^|>=)? ?(\*|\d+)(?:\.(\d+|[*x]))?(?:\.(\d+|[*x]))?(?: <\d+)?$/.exec(alternative.trim()) ?? [];
    if (parts.length === 0) throw new Error(`${range} is a range that this test does not read`);
    const [leastMajor = 0, leastMinor = 0, leastPatch = 0] = parts.map((part) => Number(part) || 0);
    const isNewEnough =
      major > leastMajor || (major === leastMajor && (minor > leastMinor || (minor === leastMinor && patch >= leastPatch)));
    return isNewEnough && (sign === ">=" || parts[0] === "*" || major === leastMajor);
  });
}

test("`npm ci` has nothing to warn about on the oldest Node that the README names", () => {
  const { engines, allowScripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    engines: { node: string };
    allowScripts: Record<string, boolean>;
  };
  const [major = 0, minor = 0] = /^>=(\d+)\.(\d+)$/.exec(engines.node)?.slice(1).map(Number) ?? [];
  expect(readFileSync(join(root, "README.md"), "utf8")).toContain(`Node ${major}.${minor} or newer`);
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Record<string, Installed> };
  const entries = Object.entries(packages);
  expect(entries.filter(([, entry]) => !admits(entry.engines?.node ?? "*", [major, minor, 0])).map(([path]) => path)).toEqual([]);
  const withScripts = entries.filter(([, entry]) => entry.hasInstallScript).map(([path]) => path.split("node_modules/").at(-1) ?? path);
  expect(withScripts.sort()).toEqual(Object.keys(allowScripts).sort());
});

test("a range that wants a newer Node is found", () => {
  const admitted = [">=20.19", "^20.19.0 || >=22.12.0", "20 || >=22", "*", ">= 10.x", ">=6 <7 || >=8"];
  const refused = [">=20.19.1", ">=22.12.0", "^18 || ^22.13.0", "18"];
  expect([...admitted, ...refused].filter((range) => admits(range, [20, 19, 0]))).toEqual(admitted);
});
