import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process, so that another of its machine can tell whether it still lives: machine, id, and when it was started. */
type Mark = [machine: string, pid: number, started: string];

let own: Mark | undefined;

/** The owner of a lock, and the process that holds it. */
export function marked(owner: string): string {
  own ??= markOf(process.pid);
  return `${owner} ${JSON.stringify(own)}`;
}

export function markOf(pid: number): Mark {
  return [machine(), pid, statOf(pid)?.started ?? ""];
}

/** False where that cannot be told: a process of another machine, or of another container, may live. */
export function isOwnerDead(owner: string): boolean {
  const mark = /\[.*\]$/.exec(owner)?.[0];
  if (mark === undefined) return false;
  const [where, pid, started] = JSON.parse(mark) as Mark;
  if (where !== machine()) return false;
  if (!exists(pid)) return true;
  const now = statOf(pid);
  // Dead, and only not yet reaped by its parent; or its id is another process's by now.
  return now !== undefined && (now.state === "Z" || (started !== "" && now.started !== started));
}

/** Process ids mean the same to all who answer the same here: one start of one kernel, and one container on it. */
function machine(): string {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return `${process.platform} ${hostname()}`;
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** The name, which may hold anything, stands in parentheses before these; the start is field 22 of proc(5). */
function statOf(pid: number): { state: string | undefined; started: string | undefined } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0], started: fields[19] };
  } catch {
    return undefined;
  }
}
