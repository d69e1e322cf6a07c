import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { cleanEnvironment, mainFile } from "./support/process.ts";

const inspector = join(dirname(dirname(fileURLToPath(import.meta.url))), "node_modules", ".bin", "mcp-inspector");

test("the MCP Inspector, strict, has nothing to say of the tools", async () => {
  const args = ["--cli", process.execPath, mainFile(), "--method", "tools/list", "--strict"];
  const { stdout, stderr } = await promisify(execFile)(inspector, args, { env: cleanEnvironment(), maxBuffer: 1 << 24 });
  expect(stdout).toContain('"list_trunks"');
  expect(stderr).not.toMatch(/warning|error/i);
});
