import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cleanEnvironment, mainFile } from "../support/process.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "trunkline-root-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Exports a person's files with a server that their client started in `/`. */
async function exported(environment: Record<string, string>) {
  const client = new Client({ name: "desktop", version: "1" });
  const env = cleanEnvironment({ HOME: home, TRUNKLINE_HOME: join(home, "state"), ...environment });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [mainFile()], cwd: "/", env }));
  const call = async (name: string, given: Record<string, unknown>) => {
    const { isError, structuredContent } = await client.callTool({ name, arguments: given });
    expect(isError, name).not.toBe(true);
    return structuredContent as Record<string, unknown>;
  };
  try {
    await call("exotel_create_trunk", { trunk_name: "office" });
    const { written, written_in } = await call("export_pbx_config", { trunk_id: "office", format: "asterisk", folder: "pbx" });
    const { findings } = await call("check_trunk", { trunk_id: "office", config: (written as string[])[0] });
    return { written: written as string[], written_in, findings: findings as unknown[] };
  } finally {
    await client.close();
  }
}

test("a client that starts the server in / gets its files in ~/trunkline, and check_trunk reads them there", async () => {
  const { written, written_in, findings } = await exported({});
  expect(written_in).toBe("~/trunkline");
  expect(written).toHaveLength(2);
  expect(readFileSync(join(home, "trunkline", written[0] ?? ""), "utf8")).toContain("endpoint");
  expect(findings).not.toEqual([]);
});

test("or where TRUNKLINE_FILES says", async () => {
  const { written, written_in } = await exported({ TRUNKLINE_FILES: join(home, "Configs") });
  expect(written_in).toBe("~/Configs");
  expect(readdirSync(join(home, "Configs", "pbx"))).toHaveLength(written.length + 1);
  expect(readdirSync(home)).not.toContain("trunkline");
});
