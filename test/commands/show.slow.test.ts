import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { start } from "../support/process.ts";
import { inTerminal, needsPty } from "../support/pty.ts";

let environment: Record<string, string>;
beforeAll(async () => {
  environment = { TRUNKLINE_HOME: mkdtempSync(join(tmpdir(), "trunkline-show-")), COLUMNS: "100" };
  expect((await run("sandbox", "seed")).code).toBe(0);
});
afterAll(() => rmSync(environment["TRUNKLINE_HOME"] ?? "", { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number | null; out: string; errors: string }> {
  const running = start(args, environment);
  running.child.stdin.end();
  const code = await running.exit();
  return { code, out: running.lines().join("\n"), errors: running.stderr() };
}

describe("trunks in a terminal", () => {
  test("a pipe is given the answer of the tool", async () => {
    const { trunks } = JSON.parse((await run("list", "--details")).out) as { trunks: { trunk_name: string; findings?: string[] }[] };
    expect(trunks.length).toBeGreaterThanOrEqual(8);
    expect(trunks.find(({ trunk_name }) => trunk_name === "night_line")?.findings).toContain("no_callers");
    expect(JSON.parse((await run("show", "+91 80 4431 9241".replaceAll(" ", ""))).out)).toMatchObject({
      trunk: { trunk_name: "front_desk" },
    });
  });

  test("a trunk that is not there, and a carrier that is none, are said in a sentence", async () => {
    expect(await run("show", "nowhere")).toMatchObject({ code: 1, errors: expect.stringContaining('There is no trunk "nowhere"') });
    const wrong = await run("list", "--provider", "acme");
    expect(wrong).toMatchObject({ code: 1, errors: expect.stringContaining("acme") });
    expect(wrong.errors).not.toContain("    at ");
  });

  test("a person is drawn where calls get through, and where they end", { ...needsPty }, async () => {
    const whole = await inTerminal(["show", "front_desk"], [], environment);
    expect(whole.code).toBe(0);
    expect(whole.screen).toMatch(/┌ Number dialled ─+┐ +┌ Exotel ─+┐ +┌ Where calls go ─+┐/);
    const broken = await inTerminal(["show", "night_line"], [], environment);
    expect(broken.screen).toContain("✗ Nobody may call");
    expect(broken.screen).toContain("\u001b[31m");
    const list = await inTerminal(["list", "--details"], [], environment);
    expect(list.screen).toMatch(/\d+ trunks/);
    expect(list.screen).toContain("! nobody may call");
  });
});
