import { existsSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";

/** The program that runs now. */
export interface Runtime {
  platform: NodeJS.Platform;
  /** Node's own file. */
  node: string;
  /** The file that Node was started with. */
  file: string;
}

/** How a client starts Trunkline. */
export interface Start {
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** Starts what runs now, by absolute paths: a client that was started from a desktop has a short PATH, without Node as a rule. */
export function startOf({ platform, node, file }: Runtime): Start {
  if (!isFetchedByNpx(file)) return { command: lastingNode(node), args: [file], env: {} };
  // A shell finds npx on Windows; elsewhere it is a script that finds Node by the PATH.
  if (platform === "win32") return { command: "cmd", args: ["/c", ...npx], env: {} };
  const folder = dirname(lastingNode(node));
  const command = join(folder, "npx");
  const found = existsSync(command) ? command : "npx";
  return {
    command: found,
    args: npx.slice(1),
    env: { PATH: [...new Set([folder, "/usr/local/bin", "/usr/bin", "/bin"])].join(delimiter) },
  };
}

const npx = ["npx", "-y", "trunkline-mcp"];

/** npx keeps what it fetched in a cache, which npm may empty. */
function isFetchedByNpx(file: string): boolean {
  return file.split(/[\\/]/).includes("_npx");
}

/** Package managers move Node's own file with each upgrade, and keep a link to it. */
function lastingNode(node: string): string {
  const links = ["/opt/homebrew/bin", "/usr/local/bin", "/home/linuxbrew/.linuxbrew/bin"].map((folder) => join(folder, basename(node)));
  return links.find((link) => isSameFile(link, node)) ?? node;
}

function isSameFile(link: string, file: string): boolean {
  try {
    return realpathSync(link) === realpathSync(file);
  } catch {
    return false;
  }
}
