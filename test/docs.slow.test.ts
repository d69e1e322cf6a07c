import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { providers } from "../src/providers/index.ts";
import { type Sandbox, startSandbox } from "../src/sandbox/server.ts";
import { type Block, docPages, root } from "./support/doc-pages.ts";
import { needs } from "./support/needs.ts";
import { freePort } from "./support/ports.ts";
import { mainFile } from "./support/process.ts";

const has = (program: string) => (spawnSync("sh", ["-c", `command -v ${program}`]).status === 0 ? program : undefined);
const programs = { bash: has("bash"), curl: has("curl"), openssl: has("openssl"), sqlite3: has("sqlite3") };

let sandbox: Sandbox;
let home: string;
let clone: string;
let ports: Record<string, string>;
let serving: ChildProcess[];
beforeEach(async () => {
  sandbox = await startSandbox(providers, {});
  home = mkdtempSync(join(tmpdir(), "trunkline-docs-"));
  clone = join(home, "trunkline");
  mkdirSync(join(home, "bin"), { recursive: true });
  mkdirSync(clone);
  const program = join(home, "bin", "trunkline");
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${mainFile()}" "$@"\n`);
  chmodSync(program, 0o755);
  for (const name of ["deploy", "compose.yaml", "package.json", "scripts"])
    cpSync(join(root, name), join(clone, name), { recursive: true });
  for (const name of ["secrets", "config"]) rmSync(join(clone, "deploy", name), { recursive: true, force: true });
  cpSync(dirname(mainFile()), join(clone, "dist"), { recursive: true });
  execFileSync("ln", ["-s", join(root, "node_modules"), join(clone, "node_modules")]);
  ports = { "3000": String(await freePort()), "4400": String(await freePort()) };
  serving = [];
});
afterEach(async () => {
  await sandbox.close();
  for (const child of serving) process.kill(-(child.pid ?? 0), "SIGKILL");
  rmSync(home, { recursive: true, force: true });
});

/** A person's machine: nothing but a home, and carriers' keys that lead to the emulators. */
function environment(): Record<string, string> {
  const settings = providers.flatMap((provider) => Object.entries(provider.sandboxSettings(sandbox.urlOf(provider.id))));
  const own = { HOME: home, PATH: `${join(home, "bin")}:${process.env["PATH"]}`, TRUNKLINE_LISTEN: `127.0.0.1:${ports["3000"]}` };
  return { ...Object.fromEntries(settings), ...own };
}

/** On this machine's free ports; what a block sets, the next one has. */
function script({ text }: Block): string {
  const written = text.replace(/(?<=:|--port )(3000|4400)\b/g, (port) => ports[port] ?? port);
  return `set -a; [ -e "$HOME/set" ] && . "$HOME/set"; set -eo pipefail; cd "${clone}"\n${written}\nset | grep '^TOKEN=' >"$HOME/set" || true`;
}

async function run(block: Block): Promise<void> {
  const options = { env: environment(), cwd: clone, encoding: "utf8" } as const;
  if (block.note === "serves") {
    const child = spawn("bash", ["-c", script(block)], { ...options, stdio: ["ignore", "pipe", "pipe"], detached: true });
    serving.push(child);
    const said = heard(child);
    await expect.poll(() => said() + (child.exitCode ?? ""), { timeout: 30_000 }).toMatch(/http:\/\//);
    return;
  }
  const child = spawn("bash", ["-c", script(block)], { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const said = heard(child);
  const [code] = (await once(child, "close")) as [number];
  expect(code, `${block.text}\n${said()}`).toBe(Number(/^exit-(\d)$/.exec(block.note)?.[1] ?? 0));
}

function heard({ stdout, stderr }: ChildProcess): () => string {
  let said = "";
  for (const stream of [stdout, stderr]) stream?.setEncoding("utf8").on("data", (text: string) => (said += text));
  return () => said;
}

/** Trunkline was used here before: there is a state to look at. */
async function useIt(): Promise<void> {
  const trunk = '{ provider: exotel, use_case: outbound, trunk: earlier, numbers: ["+918044319249"], ips: [44.248.146.12] }';
  writeFileSync(join(home, "earlier.yaml"), `version: 1\ntrunks: [${trunk}]\n`);
  await run({ language: "sh", note: "", text: `trunkline apply ${join(home, "earlier.yaml")}\n` });
}

const pages = docPages().filter(({ blocks }) => blocks.some(({ language, note }) => language === "sh" && note !== "elsewhere"));

describe("every command of a page, in its order, in a clone with an empty home", () => {
  test.each(pages)("$path", needs(programs), async ({ blocks }) => {
    await useIt();
    for (const block of blocks) {
      if (/^[\w-]+\.yaml$/.test(block.note)) writeFileSync(join(clone, block.note), block.text);
      if (block.language === "sh" && block.note !== "elsewhere") await run(block);
    }
  });

  test("a command that fails is noticed", needs(programs), async () => {
    await expect(run({ language: "sh", note: "", text: "trunkline plan nowhere.yaml\n" })).rejects.toThrow("nowhere.yaml");
    await expect(run({ language: "sh", note: "exit-2", text: "true\n" })).rejects.toThrow();
  });
});

test("what a client is told to start is started, and lists its tools", async () => {
  const blocks = docPages().flatMap((page) => page.blocks.filter(({ note }) => note === "client"));
  const entries = blocks.map(({ text }) => JSON.parse(text) as Record<string, Record<string, { command?: string; args?: string[] }>>);
  const started = entries.map((content) => (content["mcpServers"] ?? content["servers"])?.["trunkline"]).filter((entry) => entry?.command);
  expect(started.length).toBeGreaterThan(0);
  for (const entry of started) {
    const client = new Client({ name: "docs", version: "1.0.0" });
    await client.connect(
      new StdioClientTransport({ command: entry?.command ?? "", args: entry?.args ?? [], env: environment(), stderr: "ignore" }),
    );
    expect((await client.listTools()).tools.length).toBeGreaterThan(20);
    await client.close();
  }
});
