import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask } from "../support/http.ts";
import { cleanEnvironment, initialize, mainFile, request } from "../support/process.ts";

/** As after an install without optional packages, or with another machine's node_modules, on a Node without SQLite of its own. */
const HOOKS = `
const Module = require("node:module");
const load = Module._load;
Module._load = (name, ...given) => {
  if (/^@libsql\\/(linux|darwin|win32)/.test(name))
    throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: "MODULE_NOT_FOUND" });
  return load(name, ...given);
};
const own = process.getBuiltinModule;
process.getBuiltinModule = (name) => (name === "node:sqlite" ? undefined : own(name));
`;

let folder: string;
let child: ChildProcessWithoutNullStreams;
let out: string;
let errors: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trunkline-native-"));
  writeFileSync(join(folder, "hooks.cjs"), HOOKS);
});
afterEach(() => {
  child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

function start(args: string[] = [], environment: Record<string, string> = {}): void {
  const env = cleanEnvironment({ TRUNKLINE_HOME: folder, ...environment });
  child = spawn(process.execPath, ["--require", join(folder, "hooks.cjs"), mainFile(), ...args], { env });
  [out, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
}

const said = "Trunkline cannot keep its state: the native part of the npm package libsql is missing for this machine";

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
type Value = any;

async function call(id: number, name: string, given: object): Promise<Value> {
  child.stdin.write(`${JSON.stringify(request(id, "tools/call", { name, arguments: given }))}\n`);
  const answered = () => out.split("\n").find((line) => line.includes(`"id":${id}`));
  await expect.poll(answered, { timeout: 20_000 }).toBeDefined();
  const { result } = JSON.parse(answered() ?? "null");
  return JSON.parse(result.content.at(-1).text);
}

test("every write says so in one sentence, and that nothing was sent; reads go on, and so does the process", async () => {
  // Something was written here before, by an install that was whole.
  writeFileSync(join(folder, "sandbox.db"), "");
  start();
  child.stdin.write(`${JSON.stringify(initialize)}\n`);
  const refused = { code: "internal", applied: false, message: expect.stringContaining(said), hint: expect.stringContaining("npm") };
  expect(await call(2, "list_trunks", {})).toMatchObject({ trunks: [] });
  expect(await call(3, "exotel_create_trunk", { trunk_name: "never" })).toMatchObject(refused);
  const vyom = { trunk_name: "never", trunk_type: "exotel", trunk_config: { exotel_number: "+918044319240" } };
  expect(await call(4, "vyom_create_outbound_trunk", vyom)).toMatchObject(refused);
  expect(await call(5, "exotel_delete_trunk", { trunk_sid: "trmum1a2b3c4d5e6f70819283746a1n5" })).toMatchObject({ applied: false });
  const setup = { provider: "exotel", use_case: "outbound", trunk: "own", numbers: ["+918044319240"], ips: ["44.248.146.11"] };
  expect((await call(6, "plan_trunk", setup)).message).toContain(said);
  expect(await call(7, "apply_plan", { plan_id: "plan_1" })).toMatchObject(refused);
  expect((await call(8, "get_plan", { plan_id: "plan_1" })).message).toContain(said);
  // Longer than what begins by itself after a start.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await call(9, "list_trunks", {})).toMatchObject({ trunks: [] });
  expect(child.exitCode).toBeNull();
  expect(errors).not.toMatch(/unhandled|node:internal|\n {4}at /i);
  child.stdin.end();
  await expect.poll(() => child.exitCode).toBe(0);
});

test("trunkline http says so when it is asked whether it is ready, and goes on", async () => {
  start(["http", "--port", "0"]);
  await expect.poll(() => errors).toContain("Ctrl-C ends it");
  const [url = ""] = /http:\S+\/mcp/.exec(errors) ?? [];
  expect((await fetch(url.replace("/mcp", "/readyz"))).status).toBe(503);
  const params = { name: "exotel_create_trunk", arguments: { trunk_name: "never" } };
  const answer = await ask(url, "tools/call", params, { headers: { "mcp-name": "exotel_create_trunk" } });
  expect(await answer.text()).toContain(said);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect((await fetch(url.replace("/mcp", "/healthz"))).status).toBe(200);
  expect(errors).not.toMatch(/unhandled/i);
});

test.each([["approve"], ["audit"]])("trunkline %s ends with 1 and that sentence", async (command) => {
  writeFileSync(join(folder, "sandbox.db"), "");
  start([command, "--sandbox"]);
  await expect.poll(() => child.exitCode, { timeout: 20_000 }).toBe(1);
  expect(errors).toContain(said);
  expect(errors.trim().split("\n")).toHaveLength(1);
});
