import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needs } from "../support/needs.ts";
import { start } from "../support/process.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "trunkline-completion-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function scriptOf(shell: string): Promise<string> {
  const running = start(["completion", shell], {});
  expect(await running.exit()).toBe(0);
  const file = join(folder, shell);
  writeFileSync(file, `${running.lines().join("\n")}\n`);
  return file;
}

const inShell = (shell: string, args: string[]) =>
  spawnSync(shell, args, { encoding: "utf8", env: { PATH: process.env["PATH"], HOME: folder } });
const has = (shell: string) => (inShell(shell, ["-c", "true"]).status === 0 ? shell : undefined);

/** Asks each shell itself what it offers for a line whose last word is begun. */
const shells: Record<string, (file: string, words: string[]) => string> = {
  bash: (file, words) => {
    const line = `source ${file}; COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _trunkline; echo "\${COMPREPLY[@]}"`;
    return inShell("bash", ["--norc", "-c", line]).stdout;
  },
  fish: (file, words) => inShell("fish", ["-N", "-c", `source ${file}; complete -C '${words.join(" ")}'`]).stdout,
  // Its completion runs only behind a keyboard; these two stand in for what it calls, and say what they were given.
  zsh: (file, words) => {
    const stubs = `compdef() { :; }; _files() { :; }; _describe() { print -l $commands }; compadd() { print -l -- "\${@:2}" }`;
    return inShell("zsh", ["-f", "-c", `${stubs}; source ${file}; words=(${words.join(" ")}); CURRENT=${words.length}; _trunkline`]).stdout;
  },
};

describe.each(Object.keys(shells))("completion in %s", (shell) => {
  const offered = (file: string, ...words: string[]) => shells[shell]?.(file, words) ?? "";

  test("offers commands first, then the flags of the one that was typed", needs({ [shell]: has(shell) }), async () => {
    const file = await scriptOf(shell);
    const commands = offered(file, "trunkline", "a");
    for (const name of ["apply", "approve", "audit"]) expect(commands).toContain(name);
    const flags = offered(file, "trunkline", "plan", "--p");
    expect(flags).toContain("--prune");
    expect(flags).not.toContain("--set-pin");
    expect(offered(file, "trunkline", "approve", "--s")).toContain("--set-pin");
  });
});

test("a shell that it does not know is refused in one line", async () => {
  const running = start(["completion", "tcsh"], {});
  expect(await running.exit()).toBe(1);
  expect(running.stderr()).toContain('"tcsh" is no shell that it knows: bash, zsh or fish. Nothing was done.');
});
