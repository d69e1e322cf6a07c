import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { tools } from "../tools/index.ts";
import { cleanEnvironment } from "./support/process.ts";

// Each of these failed somewhere before: a file left out of `files`, a bundled package that was still imported,
// a bin without its first line, a dependency that only the repository had.
describe("the package, installed in an empty folder", () => {
  let folder: string;
  const installed = () => join(folder, "node_modules", "trunkline-mcp");

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "trunkline-package-"));
    // The staged folder is already built, so nothing of the repository can leak into the tarball.
    const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
      cwd: inject("staged"),
      encoding: "utf8",
    });
    execFileSync("npm", ["init", "-y"], { cwd: folder, stdio: "ignore" });
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--silent", join(folder, packed.trim().split("\n").at(-1) ?? "")], {
      cwd: folder,
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function listTools(command: string, args: string[], cwd: string): Promise<string[]> {
    const client = new Client({ name: "test", version: "1" });
    await client.connect(new StdioClientTransport({ command, args, cwd, env: cleanEnvironment() }));
    const { tools: listed } = await client.listTools();
    await client.close();
    return listed.map(({ name }) => name);
  }

  test("lists its tools through the installed bin", async () => {
    expect(await listTools(join(folder, "node_modules", ".bin", "trunkline"), [], folder)).toEqual(Object.keys(tools));
  });

  test("mcp.json starts it as written", async () => {
    const { mcpServers } = JSON.parse(readFileSync(join(installed(), "mcp.json"), "utf8")) as {
      mcpServers: Record<string, { command: string; args: string[] }>;
    };
    const [server] = Object.values(mcpServers);
    expect(await listTools(server?.command ?? "", server?.args ?? [], installed())).toEqual(Object.keys(tools));
  });

  test("is small, brings few packages, and none runs a script when it is installed", () => {
    const files = readdirSync(join(folder, "node_modules"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    const isManifest = /node_modules[\\/](@[^\\/]+[\\/])?[^\\/@]+[\\/]package\.json$/;
    const manifests = files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => isManifest.test(path));
    const scripts = manifests.flatMap((path) => Object.keys(JSON.parse(readFileSync(path, "utf8")).scripts ?? {}));
    // libsql brings its loader, its detector of the C library, and a binary or two of this platform.
    expect(manifests.length).toBeGreaterThan(3);
    expect(manifests.length).toBeLessThanOrEqual(6);
    expect(bytes).toBeLessThan(25 * 1024 * 1024);
    expect(scripts.filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  });

  test("keeps its state through the driver that was installed with it", async () => {
    const client = new Client({ name: "test", version: "1" });
    const bin = join(folder, "node_modules", ".bin", "trunkline");
    await client.connect(
      new StdioClientTransport({ command: bin, args: [], cwd: folder, env: cleanEnvironment({ TRUNKLINE_HOME: join(folder, "state") }) }),
    );
    const { isError } = await client.callTool({ name: "exotel_create_trunk", arguments: { trunk_name: "installed" } });
    await client.close();
    expect(isError).not.toBe(true);
    expect(readdirSync(join(folder, "state"))).toContain("sandbox.db");
  });

  test("carries the licences of what is bundled", () => {
    const text = readFileSync(join(installed(), "dist", "THIRD-PARTY-LICENSES.txt"), "utf8");
    for (const name of ["@modelcontextprotocol/server", "zod", "undici", "libphonenumber-js"]) expect(text).toContain(`${name} `);
  });
});
