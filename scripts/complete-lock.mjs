// A registry mirror that lacks the packages of other platforms leaves them out of the lock file, and `npm ci` then refuses
// it. This adds what the locked packages name as optional, with the platform that the name tells: `npm run lock`. Another
// folder's lock is completed where that folder is named: node scripts/complete-lock.mjs conformance
import { readFile, writeFile } from "node:fs/promises";

const file = new URL(`../${process.argv[2] ?? "."}/package-lock.json`, import.meta.url);
const lock = JSON.parse(await readFile(file, "utf8"));
const { packages } = lock;

const systems = {
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  netbsd: "netbsd",
  openbsd: "openbsd",
  openharmony: "openharmony",
  sunos: "sunos",
  win32: "win32",
  windows: "win32",
  aix: "aix",
};
const processors = ["arm64", "x64", "ia32", "arm", "ppc64", "riscv64", "s390x", "mips64el", "loong64"];

function platformOf(name) {
  const words = name.split("/").at(-1).split("-");
  const os = words.map((word) => systems[word]).find(Boolean);
  const cpu = words.map((word) => processors.find((processor) => word === processor)).find(Boolean);
  return { ...(cpu ? { cpu: [cpu] } : {}), ...(os ? { os: [os] } : {}) };
}

for (const [path, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const known = packages[`node_modules/${name}`] ?? packages[`${path}/node_modules/${name}`];
    if (known || !/^\d+\.\d+\.\d+[\w.-]*$/.test(version.replace(/^\^/, ""))) continue;
    packages[`node_modules/${name}`] = {
      version: version.replace(/^\^/, ""),
      ...platformOf(name),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
    };
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
