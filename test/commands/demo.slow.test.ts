import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { open, press } from "../support/pages.ts";
import { start } from "../support/process.ts";
import { inTerminal, needsPty } from "../support/pty.ts";

let folder: string;
let environment: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trunkline-tour-"));
  environment = { TMPDIR: folder, HOME: folder, NO_BROWSER: "1" };
});
afterEach(() => rmSync(folder, { recursive: true }));

const words = (screen: string) => stripVTControlCharacters(screen).replaceAll(/\s+/g, " ");
const ends = "That was the sandbox, and it is gone now. Next: Put it into Claude Desktop: node ";
const deleted = '✓ Deleted an Exotel trunk, trunk "old_line"';

test("without a terminal the tour goes its seven steps by itself, ends, and leaves nothing", async () => {
  const running = start(["demo"], environment);
  running.child.stdin.end();
  expect(await running.exit()).toBe(0);
  const said = words(running.lines().join("\n"));
  for (let n = 1; n <= 7; n++) expect(said).toContain(` ${n}/7 `);
  expect(said).not.toContain("8/7");
  expect(said).toContain("+ Map 1 number (+918044319240)");
  expect(said).toContain('Why?" ✗ No number is mapped to the trunk.');
  expect(said).toContain("✓ Checked again: Nothing is wrong.");
  expect(said).toContain("There is nobody at this terminal, so the tour types it.");
  expect(said).toContain(deleted);
  expect(said).toContain(ends);
  expect(said).not.toContain("{");
  expect(readdirSync(folder)).toEqual([]);
});

describe("in a real terminal", needsPty, () => {
  test("the person decides in it; a wrong name deletes nothing, and the tour goes on", async () => {
    const agreed = await inTerminal(["demo"], [["press Ctrl-C: ", "old_line\r"]], environment);
    expect(words(agreed.screen)).toContain(deleted);
    const refused = await inTerminal(["demo"], [["press Ctrl-C: ", "callcentre\r"]], environment);
    expect([agreed.code, refused.code]).toEqual([0, 0]);
    expect(words(refused.screen)).toContain("the trunk is still there");
    expect(words(refused.screen)).not.toContain("Deleted an Exotel");
    expect(words(refused.screen)).toContain(ends);
  });

  test("a browser is shown the approval page, on which the person decides", async () => {
    const [browser, seen] = [join(folder, "browser"), join(folder, "seen")];
    writeFileSync(browser, `#!/bin/sh\nprintf %s "$1" > ${seen}.new && mv ${seen}.new ${seen}\n`, { mode: 0o755 });
    const touring = inTerminal(["demo"], [], { TMPDIR: folder, HOME: folder, BROWSER: browser });
    const url = await vi.waitFor(() => readFileSync(seen, "utf8"), { timeout: 60_000 });
    const page = await press(await open(url), { name: "old_line", decision: "approve" });
    expect(page.status).toBe(200);
    const { code, screen } = await touring;
    expect(code).toBe(0);
    expect(words(screen)).toContain("Your browser shows the approval page");
    expect(words(screen)).toContain(deleted);
  });
});
