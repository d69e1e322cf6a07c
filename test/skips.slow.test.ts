import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const support = join(root, "test/support");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trunkline-skips-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A run of one file that holds these tests, by our reporter alone. */
function run(tests: string, ...more: string[]) {
  const imports = `import { describe, test } from "vitest";\nimport { needs, needsFiles } from "${support}/needs.ts";\n`;
  writeFileSync(join(folder, "a.test.ts"), imports + tests);
  const args = ["run", "--root", folder, "--reporter", join(support, "skip-reporter.ts"), ...more];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), ...args], {
    encoding: "utf8",
  });
  return { status, printed: (stdout + stderr).trim() };
}

test("a run ends with one line on how many were skipped and why", () => {
  const tests = `
    test("here", needs({ node: process.execPath }), () => {});
    describe("group", needs({ kamailio: undefined, sipp: undefined, node: process.execPath }), () => {
      test("one", () => {});
      test("two", () => {});
    });
    test.each([1, 2])("three %i", needs({ kamailio: undefined, dnsmasq: undefined }), () => {});
    test("four", needsFiles(["/nowhere/a.md"]), () => {});`;
  const { status, printed } = run(tests);
  expect(printed).toMatch(/^5 skipped: kamailio, sipp, dnsmasq not installed; [./]*nowhere\/a\.md not there$/);
  expect(status).toBe(0);
});

test.each([
  ["skip", 'test.skip("one", () => {});'],
  ["skipIf", 'describe.skipIf(true)("group", () => { test("one", () => {}); });'],
  ["todo", 'test.todo("one");'],
])("a %s without a reason fails the run", (_, tests) => {
  const { status, printed } = run(`test("other", () => {});${tests}`);
  expect(printed).toMatch(/^1 skipped without a reason .*\n {2}a\.test\.ts > (group > )?one$/);
  expect(status).toBe(1);
});

test("a run of some tests by their name says nothing of the others", () => {
  expect(run('test("one", () => {}); test("two", () => {});', "-t", "one")).toEqual({ status: 0, printed: "" });
});
