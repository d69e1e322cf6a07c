import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { expect, test } from "vitest";
import { tools } from "../../tools/index.ts";
import { mainFile } from "../support/process.ts";
import { samples } from "./samples.ts";

/** The environment of a client that was started from a desktop, at most. */
const desktop = { PATH: "/nonexistent" };

test.each(Object.entries(samples))("what setup writes for %s starts the program, in / and without Node in the PATH", async (id, sample) => {
  const home = mkdtempSync(join(tmpdir(), "trunkline-home-"));
  const { status, stderr } = spawnSync(process.execPath, [mainFile(), "setup", id, "--yes"], {
    env: { ...desktop, HOME: home },
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  const file = sample.files[process.platform as keyof typeof sample.files];
  const { command, args, env } = sample.launch(sample.parse(readFileSync(join(home, file), "utf8")));
  const client = new Client({ name: id, version: "1" });
  const settings = { ...desktop, HOME: home, TRUNKLINE_HOME: join(home, "state"), ...env };
  await client.connect(new StdioClientTransport({ command, args, cwd: "/", env: settings }));
  const { tools: listed } = await client.listTools();
  await client.close();
  expect(listed.map(({ name }) => name)).toEqual(Object.keys(tools));
});
