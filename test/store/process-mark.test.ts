import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { isOwnerDead, marked, markOf } from "../../src/store/process-mark.ts";

let child: ChildProcess | undefined;
afterEach(() => child?.kill("SIGKILL"));

const owned = (mark: unknown) => `owner ${JSON.stringify(mark)}`;

test("a lock's owner is dead once its process is, and not before", async () => {
  child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 600_000)"]);
  await once(child, "spawn");
  const mark = markOf(child.pid ?? 0);
  expect(isOwnerDead(owned(mark))).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isOwnerDead(owned(mark))).toBe(true);
});

test("nothing is taken from a process that lives, or of which that cannot be told", () => {
  const [machine, pid, started] = markOf(process.pid);
  expect(isOwnerDead(marked("owner"))).toBe(false);
  expect(isOwnerDead("an owner without a process")).toBe(false);
  expect(isOwnerDead(owned(["another machine", 2 ** 30, started]))).toBe(false);
  expect(isOwnerDead(owned([machine, 2 ** 30, started]))).toBe(true);
  // Its id went to another process since; only where the kernel tells when that was started.
  expect(isOwnerDead(owned([machine, pid, "1"]))).toBe(started !== "");
});
