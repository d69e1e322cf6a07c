import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mirrorIn } from "../../scripts/debian-mirror.mjs";

const script = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "scripts", "test-pbx.mjs");

test("npm run test:pbx says in one sentence what it lacks, and leaves nothing", async () => {
  const empty = mkdtempSync(join(tmpdir(), "trunkline-lacks-"));
  const env = { PATH: empty, TMPDIR: empty, PBX_ROOT: undefined };
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, [script], { env, cwd: "/" }, (error, _, said) => resolve({ code: error?.code, stderr: said }));
  });
  rmSync(empty, { recursive: true });
  expect(code).toBe(1);
  // Any user lacks root here, or the programs that this PATH does not hold.
  expect(stderr).toMatch(/^npm run test:pbx needs .*\b(root|mount)\b.* Nothing was tried\.\n$/);
  expect(stderr.split("\n")).toHaveLength(2);
});

test.each([
  ["bookworm-security http://a.example/debian-security\nbookworm http://a.example/debian\n", "http://a.example/debian"],
  ["stable-security http://b.example/debian\ntrixie https://b.example/mirror/debian\n", "https://b.example/mirror/debian"],
  ["noble http://c.example/ubuntu\n", "http://deb.debian.org/debian"],
  ["", "http://deb.debian.org/debian"],
])("the mirror is the one that apt uses: %j", (targets, mirror) => {
  expect(mirrorIn(targets)).toBe(mirror);
});
