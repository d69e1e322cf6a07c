import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CallResult } from "../../src/pipeline/call.ts";
import { recover } from "../../src/pipeline/recover.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import type { ToolName } from "../../tools/index.ts";
import { call, type Process, startProcess } from "./restart.ts";

let home: string;
let sandbox: Sandbox;
let process: Process;
/** How far the carrier's records lie in the past. */
let ageMs = 0;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "trunkline-older-"));
  sandbox = await startSandbox([exotel], { now: () => Date.now() - ageMs });
  process = await startProcess({ file: join(home, "state.db"), exotelUrl: sandbox.urlOf("exotel") });
});
afterEach(async () => {
  await process.store.close();
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
});

/** A call of which nothing reached the carrier, and of which nobody could tell so. */
async function leaveOpen(tool: ToolName, args: Record<string, unknown>, readsBefore = 0): Promise<void> {
  sandbox.script({ kind: "reset", method: "POST" });
  sandbox.script({ kind: "status", status: 503, method: "GET", after: readsBefore, times: 50 });
  expect(await call(tool, args, process)).toMatchObject({ kind: "failed", error: { code: "outcome_unknown" } });
  sandbox.clearFaults();
}

function trunkIdOf(made: CallResult): string {
  const trunk = made.kind === "done" ? made.result["trunk"] : undefined;
  return (trunk as { trunk_id: string }).trunk_id;
}

async function outcomes(): Promise<string[]> {
  return (await process.store.journal.rows(0, 100)).map(({ phase }) => phase);
}

/** A restart leaves what was begun a moment ago to the same call, which may be made again. */
const later = () => ({ ...process, clock: { ...process.clock, now: () => Date.now() + 16_000 } });

describe("a record that was there before an open write of the same name", () => {
  test("is not taken for its work by a restart, and keeps its password", async () => {
    ageMs = 60_000;
    const made = await call("exotel_create_trunk", { trunk_name: "older" }, process);
    const trunk_sid = trunkIdOf(made);
    await call("exotel_create_credentials", { trunk_sid, user_name: "bot" }, process);
    const ref = `exotel/${trunk_sid}/bot`;
    const password = (await process.store.secrets.find(ref))?.reveal();
    ageMs = 0;
    // The trunk itself is read before, by six requests.
    await leaveOpen("exotel_create_credentials", { trunk_sid, user_name: "bot" }, 6);
    await recover(later(), new AbortController().signal);
    expect((await outcomes()).at(-1)).toBe("failed");
    expect(password).toMatch(/^\w{24}$/);
    expect((await process.store.secrets.find(ref))?.reveal()).toBe(password);
  });

  test("is a conflict for the equal call that comes back", async () => {
    ageMs = 60_000;
    await call("exotel_create_trunk", { trunk_name: "theirs" }, process);
    ageMs = 0;
    await leaveOpen("exotel_create_trunk", { trunk_name: "theirs" });
    expect(await call("exotel_create_trunk", { trunk_name: "theirs" }, process)).toMatchObject({
      kind: "failed",
      error: { code: "conflict" },
    });
  });

  test("while one of the write's own time is its work", async () => {
    sandbox.script({ kind: "lost", method: "POST" });
    // The trunk itself is read before: six requests.
    sandbox.script({ kind: "status", status: 503, method: "GET", after: 6, times: 50 });
    await call("exotel_create_trunk", { trunk_name: "ours" }, process);
    sandbox.clearFaults();
    await recover(later(), new AbortController().signal);
    expect((await outcomes()).at(-1)).toBe("done");
  });
});

test("an open write whose caller gave it the name of a plan's step is settled by a restart", async () => {
  await process.store.plans.keep({ id: "plan_1", principal: "local", policy: "", content: {} });
  sandbox.script({ kind: "lost", method: "POST" });
  sandbox.script({ kind: "status", status: 503, method: "GET", times: 50 });
  await call("exotel_create_trunk", { trunk_name: "ours" }, process, "plan_1.1");
  sandbox.clearFaults();
  expect((await outcomes()).at(-1)).toBe("unknown");
  await recover(later(), new AbortController().signal);
  expect((await outcomes()).at(-1)).toBe("done");
});
