import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import { providers } from "../src/providers/index.ts";
import { type Sandbox, startSandbox } from "../src/sandbox/server.ts";
import { callTool, onSandbox } from "./http/on-sandbox.ts";
import { environmentOf, parseDockerfile } from "./support/dockerfile.ts";
import { sha256 } from "./support/hosted.ts";
import { onServer, type Postgres, startPostgres } from "./support/postgres.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

// No engine runs here, so the steps of Dockerfile and compose.yaml run in an empty folder: installed from the tarball,
// started by somebody who may write to the state's folder alone, without a home.
describe("what the image runs", () => {
  let folder: string;
  let postgres: Postgres;
  let sandbox: Sandbox;
  let running: ChildProcess | undefined;
  const app = () => join(folder, "app");

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "trunkline-image-"));
    chmodSync(folder, 0o755);
    mkdirSync(app());
    const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
      cwd: inject("staged"),
      encoding: "utf8",
    });
    const tarball = join(folder, packed.trim().split("\n").at(-1) ?? "");
    cpSync(join(root, "packaging", "image"), app(), { recursive: true });
    execFileSync("npm", ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], { cwd: app() });
    mkdirSync(join(app(), "node_modules", "trunkline-mcp"));
    execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", join(app(), "node_modules", "trunkline-mcp")]);
    mkdirSync(join(folder, "state"), { mode: 0o700 });
    if (isRoot) chownSync(join(folder, "state"), NOBODY, NOBODY);
    else chmodSync(app(), 0o555);
    [postgres, sandbox] = await Promise.all([startPostgres(), startSandbox(providers)]);
  });
  afterEach(async () => {
    running?.kill("SIGKILL");
    running = undefined;
    rmSync(join(folder, "deploy"), { recursive: true, force: true });
  });
  afterAll(async () => {
    await sandbox.close();
    await postgres.stop();
    chmodSync(app(), 0o755);
    rmSync(folder, { recursive: true, force: true });
  });

  /** The environment of a container, with the paths of this machine. */
  function environment(): Record<string, string> {
    const image = environmentOf(parseDockerfile(readFileSync(join(root, "Dockerfile"), "utf8")).at(-1) ?? []);
    const { services } = parse(readFileSync(join(root, "compose.yaml"), "utf8")) as {
      services: Record<string, { environment: Record<string, string> }>;
    };
    const places: [string, string][] = [
      ["/run/secrets", join(folder, "deploy", "secrets")],
      ["/etc/trunkline", join(folder, "deploy", "config")],
      ["/state", join(folder, "state")],
      ["0.0.0.0:3000", "0.0.0.0:0"],
    ];
    const all = Object.entries({ ...image, ...services["trunkline"]?.environment });
    // Compose puts the default in for a variable that nobody set.
    const filled = (value: string) => value.replace(/\$\{\w+:-([^}]*)\}/g, "$1");
    return Object.fromEntries(
      all.map(([name, value]) => [name, places.reduce((text, [from, to]) => text.replace(from, to), filled(value))]),
    );
  }

  /** Runs deploy/prepare.sh, and answers with the token that it shows. */
  function prepare(): string {
    const deploy = join(folder, "deploy");
    cpSync(join(root, "deploy"), deploy, { recursive: true, filter: (path) => !/deploy\/(secrets|config)$/.test(path) });
    const shown = execFileSync("sh", [join(deploy, "prepare.sh")], { encoding: "utf8" });
    // An engine mounts the files one by one; here their reader has to get through the folder.
    chmodSync(join(deploy, "secrets"), 0o755);
    return /: ([0-9a-f]{64})$/m.exec(shown)?.[1] ?? "";
  }

  async function start(): Promise<{ origin: string; child: ChildProcess }> {
    const main = join(app(), "node_modules", "trunkline-mcp", "dist", "main.js");
    const child = spawn(process.execPath, [main, "http"], { ...as, cwd: app(), env: environment(), stdio: ["ignore", "ignore", "pipe"] });
    running = child;
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await expect.poll(() => said + (child.exitCode ?? "")).toMatch(/serves MCP at|^\d|\n\d$/);
    const port = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1];
    expect(port, said).toBeDefined();
    return { origin: `http://127.0.0.1:${port}`, child };
  }

  test("may not write where it stands", () => {
    const { status, stderr } = spawnSync(process.execPath, ["-e", "fs.writeFileSync('x', '')"], { ...as, cwd: app(), encoding: "utf8" });
    expect([status, stderr]).toEqual([1, expect.stringContaining("EACCES")]);
  });

  test("does not start for everybody without a tenants file", () => {
    const main = join(app(), "node_modules", "trunkline-mcp", "dist", "main.js");
    const { TRUNKLINE_TENANTS: _, TRUNKLINE_STORE: __, TRUNKLINE_MASTER_KEY: ___, ...env } = environment();
    const { status, stderr } = spawnSync(process.execPath, [main, "http"], { ...as, cwd: app(), env, encoding: "utf8" });
    expect([status, stderr]).toEqual([1, expect.stringContaining("TRUNKLINE_TENANTS")]);
  });

  /** The database that compose would have started. */
  function storeAt(url: string): void {
    const file = join(folder, "deploy", "secrets", "store_url");
    rmSync(file);
    writeFileSync(file, url, { mode: 0o444 });
  }

  test("serves the first tenant that deploy/prepare.sh describes, with the token that it shows", async () => {
    const token = prepare();
    storeAt(await postgres.database());
    const { origin } = await start();
    await expect.poll(async () => (await fetch(`${origin}/readyz`)).status).toBe(200);
    expect((await callTool(origin, { tool: "exotel_create_trunk", arguments: { trunk_name: "first" }, token: "nobodys" })).status).toBe(
      401,
    );
    const { body } = await callTool(origin, { tool: "exotel_create_trunk", arguments: { trunk_name: "first" }, token });
    expect(body.result.structuredContent).toMatchObject({ sandbox: true });
  });

  test("keeps its state in Postgres, is ready when that answers, and ends with 0", async () => {
    prepare();
    const url = await postgres.database();
    const deploy = join(folder, "deploy");
    storeAt(url);
    const { carriers, environment: values } = onSandbox(sandbox, "ACME");
    for (const [name, value] of Object.entries(values)) writeFileSync(join(deploy, "secrets", name), value, { mode: 0o444 });
    const inFiles = Object.fromEntries(Object.keys(carriers).map((name) => [name, `file:${join(deploy, "secrets", `ACME_${name}`)}`]));
    const file = { tokens: [{ name: "acme", sha256: sha256("acme"), tenant: "acme" }], tenants: { acme: { carriers: inFiles } } };
    writeFileSync(join(deploy, "config", "tenants.json"), JSON.stringify(file));
    const { origin, child } = await start();
    await expect.poll(async () => (await fetch(`${origin}/readyz`)).status).toBe(200);
    const { headers, body } = await callTool(origin, { tool: "exotel_create_trunk", arguments: { trunk_name: "kept" }, token: "acme" });
    expect(body.result.isError).toBeUndefined();
    const rows = await onServer<{ request_id: string }>(url, "SELECT request_id FROM trunkline_journal");
    expect(rows.map(({ request_id }) => request_id)).toEqual([headers.get("x-request-id"), headers.get("x-request-id")]);
    expect((await fetch(`${origin}/metrics`, { headers: { host: "localhost" } })).status).toBe(200);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });
});
