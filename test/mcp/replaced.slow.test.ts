import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { expect, test } from "vitest";
import { cleanEnvironment, mainFile } from "../support/process.ts";

test("a program whose files are replaced while it runs says so, and what to do", async ({ onTestFinished }) => {
  const built = dirname(mainFile());
  // Beside the staged program, so that its packages are found.
  const copy = mkdtempSync(join(dirname(built), "replaced-"));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(built, copy, { recursive: true });
  const client = new Client({ name: "host", version: "1" });
  onTestFinished(() => client.close());
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [join(copy, "main.js")], env: cleanEnvironment() }));
  await client.listTools();
  const chunks = join(copy, "chunks");
  for (const name of readdirSync(chunks)) rmSync(join(chunks, name));
  const failed = client.callTool({ name: "exotel_create_trunk", arguments: { trunk_name: "late" } });
  await expect(failed).rejects.toThrow(/files were replaced or removed while it ran\. Nothing was done\. Restart it/);
});
