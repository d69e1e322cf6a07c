import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Client as ModernClient } from "@modelcontextprotocol/client";
import { StdioClientTransport as ModernTransport } from "@modelcontextprotocol/client/stdio";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { describe, expect, test } from "vitest";
import { installNode } from "../../scripts/other-node.mjs";
import { computeSurface } from "../../src/mcp/surface.ts";
import { cleanEnvironment, initialize, mainFile, request, start } from "../support/process.ts";

const root = resolve(import.meta.dirname, "../..");
const command = () => ({ command: process.execPath, args: [mainFile()], env: cleanEnvironment() });

function onlyProtocol(lines: string[]): boolean {
  return lines.every((line) => (JSON.parse(line) as { jsonrpc?: string }).jsonrpc === "2.0");
}

/** A file of the bundle, and all that it imports at once. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, target = ""] of readFileSync(file, "utf8").matchAll(/\b(?:from|import)"(\.[^"]+)"/g))
    reached(join(dirname(file), target), seen);
  return seen;
}

describe("the built program", () => {
  // Every client waits for this start. A bundle in many small files made it a quarter slower.
  test("starts from few files", () => {
    const files = reached(join(dirname(mainFile()), "trunkline.js"));
    expect(files.size).toBeGreaterThan(1);
    expect(files.size).toBeLessThan(6);
  });

  // Node 14 cannot read the program itself; Node 18 can, and fails at each call.
  test.each(["14", "18"])("on Node %s says in one sentence what it needs, and ends with 1", async (version) => {
    const folder = mkdtempSync(join(tmpdir(), "trunkline-old-node-"));
    const installed = await installNode(version, folder);
    const ended = spawnSync(installed.node ?? "absent", [mainFile()], {
      input: `${JSON.stringify(initialize)}\n`,
      encoding: "utf8",
      env: cleanEnvironment(),
    });
    rmSync(folder, { recursive: true });
    expect(installed.missing).toBeUndefined();
    const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const needed = `Trunkline needs Node ${engines.node.slice(2)} or newer, and this is ${installed.exact}. Nothing was started.\n`;
    expect([ended.status, ended.stdout, ended.stderr]).toEqual([1, "", needed]);
  });

  test("keeps its compiled code in the person's own folder, which nobody else may enter, and never where that is not theirs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "trunkline-cache-"));
    const { node = "absent" } = await installNode("24", folder);
    const cache = join(folder, "own", "trunkline");
    const runs = (home: string) =>
      spawnSync(node, [mainFile(), "--version"], { encoding: "utf8", env: { ...cleanEnvironment(), XDG_CACHE_HOME: home } }).stdout;
    expect(runs(join(folder, "own"))).toMatch(/^\d/);
    expect([(statSync(cache).mode & 0o777).toString(8), readdirSync(cache).length > 0]).toEqual(["700", true]);
    writeFileSync(join(folder, "file"), "");
    expect(runs(join(folder, "file")), "where no folder can be made, it starts all the same").toMatch(/^\d/);
    rmSync(folder, { recursive: true });
  });

  test("lists to a v1 client exactly the surface that the sources compute", async () => {
    const client = new LegacyClient({ name: "test", version: "1" });
    await client.connect(new StdioClientTransport(command()));
    const { tools } = await client.listTools();
    const expected = (await computeSurface()).tools.map(({ listed }) => listed);
    // Only the build knows the address of the view.
    expect(tools.map(({ _meta, ...tool }) => tool)).toEqual(JSON.parse(JSON.stringify(expected)));
    await client.close();
  });

  test("answers a v2 client pinned to 2026-07-28", async () => {
    const client = new ModernClient({ name: "test", version: "1" }, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
    await client.connect(new ModernTransport(command()));
    const result = await client.callTool({ name: "list_trunks", arguments: {} });
    expect(result.structuredContent).toMatchObject({ trunks: [], complete: true, sandbox: true });
    await client.close();
  });

  test("answers a probe of the newer era and then a client of the older one", async () => {
    const trunkline = start();
    trunkline.send({
      jsonrpc: "2.0",
      id: 1,
      method: "server/discover",
      params: { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} } },
    });
    expect(await trunkline.answer(1)).toMatchObject({ result: { supportedVersions: ["2026-07-28"] } });
    trunkline.send({ ...initialize, id: 2 });
    expect(await trunkline.answer(2)).toMatchObject({ result: { protocolVersion: "2025-11-25" } });
    trunkline.child.stdin.end();
    expect(await trunkline.exit()).toBe(0);
  });

  test("ends quietly when stdin closes, with nothing on stdout but protocol", async () => {
    const trunkline = start();
    trunkline.send(initialize);
    trunkline.send(request(2, "tools/call", { name: "list_trunks", arguments: {} }));
    await trunkline.answer(2);
    trunkline.child.stdin.end();
    expect(await trunkline.exit()).toBe(0);
    expect(onlyProtocol(trunkline.lines())).toBe(true);
  });

  test("ends when its client is killed in the middle of a call", async () => {
    const trunkline = start();
    trunkline.send(initialize);
    await trunkline.answer(1);
    trunkline.send(request(2, "tools/call", { name: "exotel_create_trunk", arguments: { trunk_name: "half" } }));
    trunkline.child.stdin.destroy();
    trunkline.child.stdout.destroy();
    expect(await trunkline.exit()).toBe(0);
  });

  test("survives garbage, wrong JSON-RPC and a line of 10 MB, and still answers", async () => {
    const trunkline = start();
    trunkline.send("garbage");
    trunkline.send("{}");
    trunkline.send('{"jsonrpc":"2.0","id":"x"}');
    trunkline.send("\u0000\u0001\ufffd");
    trunkline.send(initialize);
    await trunkline.answer(1);
    trunkline.send(request(2, "tools/call", { name: "list_trunks", arguments: { trunk_name: "x".repeat(10 * 1024 * 1024) } }));
    expect(await trunkline.answer(2)).toMatchObject({ result: { isError: true } });
    trunkline.send(request(3, "tools/list"));
    expect(await trunkline.answer(3)).toHaveProperty("result.tools");
    trunkline.child.stdin.end();
    expect(await trunkline.exit()).toBe(0);
    expect(onlyProtocol(trunkline.lines())).toBe(true);
  });

  test("ends, rather than fills the memory, when a line does not end", async () => {
    const trunkline = start();
    trunkline.send(initialize);
    await trunkline.answer(1);
    for (let megabyte = 0; megabyte < 20; megabyte++) trunkline.child.stdin.write("x".repeat(1024 * 1024));
    expect(await trunkline.exit()).toBe(0);
    expect(onlyProtocol(trunkline.lines())).toBe(true);
  });

  test("an unknown tool is a protocol error, a wrong argument is a result", async () => {
    const trunkline = start();
    trunkline.send(initialize);
    trunkline.send(request(2, "tools/call", { name: "no_such_tool", arguments: {} }));
    expect(await trunkline.answer(2)).toMatchObject({ error: { code: -32602 } });
    trunkline.send(request(3, "tools/call", { name: "get_trunk", arguments: { trunk: "x" } }));
    expect(await trunkline.answer(3)).toMatchObject({ result: { isError: true } });
    trunkline.child.kill("SIGTERM");
    expect(await trunkline.exit()).toBe(0);
  });
});

describe("a configuration that cannot work stops the start with one line", () => {
  test.each([
    [
      { EXOTEL_ACCOUNT_SID: "acme" },
      "EXOTEL_API_KEY is missing, and EXOTEL_ACCOUNT_SID is set. Exotel needs EXOTEL_ACCOUNT_SID, EXOTEL_API_KEY, EXOTEL_API_TOKEN",
    ],
    [
      { EXOTEL_ACCOUNT_SID: "acme", EXOTEL_API_KEY: "k", EXOTEL_API_TOKEN: "t", EXOTEL_REGION: "us" },
      "EXOTEL_REGION has a value that cannot be used: expected in or sg.",
    ],
    [{ TRUNKLINE_READ_ONLY: "yes" }, "TRUNKLINE_READ_ONLY has a value that cannot be used: expected true or false."],
    [{ TRUNKLINE_APPROVAL: "never" }, "TRUNKLINE_APPROVAL has a value that cannot be used"],
    [{ TRUNKLINE_TOOLSETS: "trunks,faxes" }, 'TRUNKLINE_TOOLSETS names "faxes"'],
  ])("%o", async (environment, message) => {
    const trunkline = start([], environment as unknown as Record<string, string>);
    expect(await trunkline.exit()).toBe(1);
    expect(trunkline.stderr()).toContain(message);
    expect(trunkline.stderr().trim().split("\n")).toHaveLength(1);
    expect(trunkline.lines()).toEqual([]);
  });

  test("no value of a variable is repeated: it may be a key in the wrong place", async () => {
    const trunkline = start([], { EXOTEL_ACCOUNT_SID: "key with blanks 4711", EXOTEL_API_KEY: "k", EXOTEL_API_TOKEN: "t" });
    expect(await trunkline.exit()).toBe(1);
    expect(trunkline.stderr()).toContain("EXOTEL_ACCOUNT_SID");
    expect(trunkline.stderr()).not.toContain("4711");
  });
});
