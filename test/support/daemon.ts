import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Daemon {
  /** Its standard error so far. */
  said(): string;
  stop(): Promise<void>;
}

/** Where a program lies, also one for administrators only; undefined where it is not installed. */
export function programPath(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts a server that stays in the foreground and waits until it answers; undefined where it ended before it did. */
export async function startDaemon(
  command: string,
  options: string[],
  folder: string,
  answers: () => Promise<boolean>,
): Promise<Daemon | string> {
  // A group of its own: its children end with it.
  const child = spawn(command, options, { cwd: folder, stdio: ["ignore", "ignore", "pipe"], detached: true });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const abandon = () => killGroup(child);
  process.once("exit", abandon);
  const stop = async () => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    child.kill("SIGTERM");
    const late = setTimeout(abandon, 3_000);
    await ended;
    clearTimeout(late);
    abandon();
    process.off("exit", abandon);
  };
  while (child.exitCode === null && child.signalCode === null) {
    if (await answers()) return { said: () => said, stop };
    await sleep(20);
  }
  await stop();
  return said;
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nobody of it is left.
  }
}
