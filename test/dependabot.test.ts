import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

interface Dependabot {
  updates: { "package-ecosystem": string; directories?: string[] }[];
}

test("Dependabot looks at every folder that has a lock", () => {
  const tracked = execFileSync("git", ["ls-files", "*package-lock.json"], { cwd: root, encoding: "utf8" });
  const folders = tracked
    .trim()
    .split("\n")
    .map((path) => join("/", dirname(path)));
  expect(folders.length).toBeGreaterThan(4);
  const { updates } = parse(readFileSync(join(root, ".github", "dependabot.yml"), "utf8")) as Dependabot;
  const watched = updates.find((update) => update["package-ecosystem"] === "npm")?.directories ?? [];
  expect([...watched].sort()).toEqual(folders.sort());
});
