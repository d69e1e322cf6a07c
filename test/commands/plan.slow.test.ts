import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { providers } from "../../src/providers/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { cleanEnvironment, mainFile, start } from "../support/process.ts";
import { inTerminal, needsPty } from "../support/pty.ts";

let sandbox: Sandbox;
let folder: string;
let environment: Record<string, string>;
beforeEach(async () => {
  sandbox = await startSandbox(providers, {});
  folder = mkdtempSync(join(tmpdir(), "trunkline-plan-"));
  const settings = providers.flatMap((provider) => Object.entries(provider.sandboxSettings(sandbox.urlOf(provider.id))));
  environment = { TRUNKLINE_HOME: folder, ...Object.fromEntries(settings) };
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

const outbound = `version: 1
trunks:
  - { provider: exotel, use_case: outbound, trunk: outbound_trunk, numbers: ["+918044319240"], ips: [44.248.146.11] }
`;

function write(text: string): string {
  const path = join(folder, "trunks.yaml");
  writeFileSync(path, text);
  return path;
}

async function run(...args: string[]): Promise<{ code: number | null; out: string; errors: string }> {
  const running = start(args, environment);
  running.child.stdin.end();
  const code = await running.exit();
  return { code, out: `${running.lines().join("\n")}\n`, errors: running.stderr() };
}

async function exportIn(cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [mainFile(), "export"], { cwd, env: cleanEnvironment(environment) });
  return stdout;
}

describe("desired state as a file, through the built program", () => {
  test("plan tells by its exit code: 2, then 0 after apply; export writes what plan finds nothing in", async () => {
    const path = write(outbound);
    const planned = await run("plan", path);
    expect(planned.code).toBe(2);
    expect(JSON.parse(planned.out)).toMatchObject({ kind: "plan", counts: { create: 3, destroy: 0 } });
    expect(sandbox.seen.filter(({ effect }) => effect === "write")).toEqual([]);
    const applied = await run("apply", path);
    expect(JSON.parse(applied.out)).toMatchObject({ state: "done", done: 3 });
    expect(applied.code).toBe(0);
    expect((await run("plan", path)).code).toBe(0);
    // Seen from elsewhere the schema has no path that would lead another reader of the file anywhere.
    const exported = await exportIn(folder);
    expect(exported).not.toContain("$schema");
    const home = dirname(dirname(mainFile()));
    expect(await exportIn(home)).toContain("# yaml-language-server: $schema=trunks.schema.json\n");
    expect(JSON.parse(readFileSync(join(home, "trunks.schema.json"), "utf8"))).toHaveProperty("properties.trunks");
    const again = await run("plan", write(exported));
    expect(again).toMatchObject({ code: 0 });
    expect(await run("plan", write(exported), "--prune")).toMatchObject({ code: 0 });
  });

  test.each([
    ["a file that is not there", "missing.yaml", "cannot be read"],
    ["a mistake, with its place", "version: 1\ntrunks:\n  - { provider: exotel, trunk: x, nombers: [] }\n", "line 3"],
    ["what is not YAML", "version: [1", "line 1"],
  ])("%s ends with 1 and a sentence", async (_, text, said) => {
    const result = await run("plan", text === "missing.yaml" ? join(folder, text) : write(text));
    expect(result.code).toBe(1);
    expect(result.errors).toContain(said);
  });

  test("questions end with 1, and nothing is done", async () => {
    const result = await run("apply", write(outbound.replace('numbers: ["+918044319240"], ', "")));
    expect(result.code).toBe(1);
    expect(JSON.parse(result.out)).toMatchObject({ kind: "questions" });
    expect(sandbox.seen.filter(({ effect }) => effect === "write")).toEqual([]);
  });

  test("what opens or removes something needs a person at a terminal", async () => {
    const result = await run("apply", write(outbound.replace("44.248.146.11", "44.248.146.0/27")));
    expect(result.code).toBe(1);
    expect(result.errors).toContain("needs a person at a terminal");
    expect(sandbox.seen.filter(({ effect }) => effect === "write")).toEqual([]);
  });
});

describe("in a real terminal", needsPty, () => {
  test("the difference has colours; pruning lists every removal once, and asks once", async () => {
    await run("apply", write(outbound));
    const path = write(outbound.replace('"+918044319240"', '"+918044319241"').replace("44.248.146.11", "44.248.146.12"));
    const shown = await inTerminal(["plan", path, "--prune"], [], environment);
    expect(shown.code).toBe(2);
    expect(shown.screen).toContain("\u001b[31m-");
    const question = "press Ctrl-C: ";
    const left = await inTerminal(["apply", path, "--prune"], [[question, "yes\r"]], environment);
    expect(left.code).toBe(1);
    expect(sandbox.seen.filter(({ method }) => method === "DELETE")).toEqual([]);
    const done = await inTerminal(["apply", path, "--prune"], [[question, "outbound_trunk\r"]], environment);
    // A line may break anywhere between two words.
    const words = done.screen.replaceAll(/\s+/g, " ");
    expect(words.slice(0, words.indexOf(question)).split("+918044319240")).toHaveLength(2);
    const risky = words.split("\u001b").find((painted) => painted.includes("+918044319240"));
    expect(risky).toMatch(/^\[31m − /);
    expect(words).not.toContain("Tell the agent");
    expect(words).toContain("✓ Done: 4 of 4 steps.");
    expect(done.code).toBe(0);
    expect(sandbox.seen.filter(({ method }) => method === "DELETE")).toHaveLength(2);
    const nothing = await inTerminal(["apply", path], [], { ...environment, NO_COLOR: "1" });
    expect(nothing.code).toBe(0);
    expect(nothing.screen.slice(nothing.screen.lastIndexOf("\u001b[2K") + 4)).toMatch(
      /^LIVE: Exotel account .*\s+✓ No changes: 1 trunk as the file says\.\s+$/,
    );
  });

  test("plan and export show which trunk is read, and take it off again", async () => {
    await run("apply", write(outbound));
    for (const args of [["plan", write(outbound)], ["export"]]) {
      const { screen } = await inTerminal(args, [], environment);
      expect(screen).toContain('1 of 1 Read "outbound_trunk" at Exotel\r\u001b[2K');
    }
  });

  test("with a PIN, apply asks for the name and the PIN itself", async () => {
    const pin: [string, string][] = [
      ["New PIN", "471100\r"],
      ["again: ", "471100\r"],
    ];
    expect(await inTerminal(["approve", "--set-pin"], pin, environment)).toMatchObject({ code: 0 });
    const path = write(outbound.replace("44.248.146.11", "44.248.146.0/27"));
    const done = await inTerminal(
      ["apply", path],
      [
        ["press Ctrl-C: ", "outbound_trunk\r"],
        ["Approval PIN: ", "471100\r"],
      ],
      environment,
    );
    expect(done.screen).toContain("✓ Done: 3 of 3 steps.");
    expect(done.code).toBe(0);
  });
});
