// Other versions of Node, whose binaries npm packages carry.
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const windows = process.platform === "win32";
/** The package that `node` would install by a script; named directly, no script has to run. */
const binaries = `${process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node"}-${windows ? "win" : process.platform}-${process.arch}`;

/** Installs a version into a folder: its program and its exact version, or why it is missing. */
export async function installNode(version, folder) {
  const options = ["--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  try {
    await run("npm", ["install", ...options, `${binaries}@${version}`], { cwd: folder, shell: windows });
  } catch (error) {
    const code = /npm error code (\S+)/.exec(error.stderr)?.[1] ?? error.code;
    return { missing: `npm could not install ${binaries}@${version} (${code})` };
  }
  const bin = join(folder, "node_modules", binaries, "bin");
  const name = (await readdir(bin)).find((entry) => /^node(\.exe)?$/.test(entry));
  const node = join(bin, name ?? "node");
  try {
    return { node, exact: (await run(node, ["--version"])).stdout.trim() };
  } catch (error) {
    return { missing: `its binary does not run here (${error.code})` };
  }
}
