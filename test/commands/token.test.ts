import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseTenantsFile } from "../../src/auth/tenants-file.ts";
import type { CommandTable, ProcessPorts } from "../../src/commands/command.ts";
import { runCommand } from "../../src/commands/run-command.ts";
import { sha256 } from "../support/hosted.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trunkline-token-"));
  file = join(folder, "tenants.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const table: CommandTable = { token: { summary: "make a token", load: () => import("../../src/commands/token.ts") } };

async function run(...args: string[]): Promise<{ code: number; out: string; errors: string }> {
  const [stdout, stderr] = [new PassThrough({ encoding: "utf8" }), new PassThrough({ encoding: "utf8" })];
  const ports = { environment: { TRUNKLINE_TENANTS: file }, folder, stdin: {}, stdout, stderr };
  const code = await runCommand(["token", ...args], table, "1.2.3", ports as unknown as ProcessPorts);
  return { code, out: stdout.read() ?? "", errors: stderr.read() ?? "" };
}

const read = () => JSON.parse(readFileSync(file, "utf8")) as { tokens: Record<string, unknown>[]; tenants: object };
const parsed = () => parseTenantsFile(readFileSync(file, "utf8"), { environment: {}, providers: [], readFile: () => "" });

describe("trunkline token new", () => {
  test("begins a file that nobody else may read, shows token and passphrase once, and keeps their hashes alone", async () => {
    const { code, out } = await run("new", "acme");
    expect(code).toBe(0);
    const [token = "", passphrase = ""] = [...out.matchAll(/^ {2}([0-9a-f]+)$/gm)].map(([, shown]) => shown);
    expect([token.length, passphrase.length]).toEqual([64, 32]);
    expect(read().tokens).toEqual([{ name: "acme-1", tenant: "acme", sha256: sha256(token), approval_sha256: sha256(passphrase) }]);
    expect(readFileSync(file, "utf8")).not.toMatch(new RegExp(`${token}|${passphrase}`));
    expect(parsed().tokens).toMatchObject([{ tenant: "acme", forms: false }]);
    expect(out).toContain("works on the sandbox until you give it carriers");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["tenants.json"]);
  });

  test("leaves the rest of a file as it is, its references, mode and link included", async () => {
    const tenants = { zenith: { carriers: { SOME_KEY: "env:NOT_SET_HERE" } } };
    const real = join(folder, "real.json");
    writeFileSync(real, JSON.stringify({ tenants }));
    chmodSync(real, 0o640);
    symlinkSync(real, file);
    expect(await run("new", "zenith", "--read-only")).toMatchObject({ code: 0, out: expect.not.stringContaining("The tenant is new") });
    expect(await run("new", "zenith", "--name", "dashboard")).toMatchObject({ code: 0 });
    expect(read().tenants).toEqual(tenants);
    expect(read().tokens).toMatchObject([{ name: "zenith-1", scopes: ["trunks:read"] }, { name: "dashboard" }]);
    expect(read().tokens[1]).not.toHaveProperty("scopes");
    expect(statSync(real).mode & 0o777).toBe(0o640);
  });

  test.each<[string, string | undefined, string[], string]>([
    ["a name that is taken", '{"tenants":{}}', ["new", "acme", "--name", "acme-1"], "There is a token acme-1 already."],
    ["a tenant's name that is none", '{"tenants":{}}', ["new", "Acme Ltd"], "expected lower-case letters"],
    ["a broken file", "{", ["new", "acme"], "cannot be used"],
    ["another word", undefined, ["list", "acme"], 'does not know "list". It takes new.'],
    ["no tenant", undefined, ["new"], "needs <tenant>"],
  ])("%s is refused, and the file stays", async (_, content, args, said) => {
    if (content !== undefined) writeFileSync(file, content);
    if (args.includes("acme-1")) await run("new", "acme");
    const before = content === undefined ? undefined : readFileSync(file, "utf8");
    const { code, errors } = await run(...args);
    expect([code, errors]).toEqual([1, expect.stringContaining(said)]);
    expect(readdirSync(folder)).toEqual(content === undefined ? [] : ["tenants.json"]);
    if (before !== undefined) expect(readFileSync(file, "utf8")).toBe(before);
  });
});
