import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { providers } from "../../src/providers/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { sha256 } from "../support/hosted.ts";
import { start } from "../support/process.ts";

let folder: string;
let sandbox: Sandbox;
let live: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "trunkline-doctor-"));
  sandbox = await startSandbox(providers);
  live = Object.fromEntries(
    Object.entries(providers.find(({ id }) => id === "vyom")?.sandboxSettings(sandbox.urlOf("vyom")) ?? {}).map(([name, value]) => [
      name,
      String(value),
    ]),
  );
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function doctor(environment: Record<string, string>, ...args: string[]): Promise<{ code: number | null; out: string }> {
  const running = start(["doctor", ...args], { TRUNKLINE_HOME: join(folder, "home"), TRUNKLINE_LISTEN: "127.0.0.1:0", ...environment });
  const code = await running.exit();
  return { code, out: running.lines().join("\n") };
}

test("on the sandbox all is well: 0, and nothing is written", async () => {
  const { code, out } = await doctor({});
  expect(out).toMatch(/^✓ version: Trunkline \S+ on Node v\S+\n✓ settings: /);
  expect(out).toContain("where nothing was written yet");
  expect(out).toContain("✓ DNS: not needed: the sandbox's emulators are on this machine");
  expect(out).toContain("✓ clock: not compared: no answer from outside told the time");
  expect(code).toBe(0);
});

/** The emulator behind a name and a clock of one's own. */
async function carrierAt(minutesAhead: number): Promise<{ port: number; close(): void }> {
  const proxy = createServer(async (request, response) => {
    const answer = await fetch(`${sandbox.urlOf("vyom")}${request.url}`, { headers: request.headers as Record<string, string> });
    response.writeHead(answer.status, {
      "content-type": answer.headers.get("content-type") ?? "",
      date: new Date(Date.now() + minutesAhead * 60_000).toUTCString(),
    });
    response.end(await answer.text());
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => proxy.once("listening", resolve));
  return { port: (proxy.address() as AddressInfo).port, close: () => proxy.close() };
}

test.each([
  [0, 0, /✓ clock: agrees with Vyom$/m],
  [10, 2, /! clock: \d{3} s behind Vyom: set this machine's clock, by which approvals expire$/m],
  [-10, 2, /! clock: \d{3} s ahead of Vyom: /],
])("without a public URL the clock is held against the carrier's answer: %i minutes away is %i", async (minutes, expected, said) => {
  const carrier = await carrierAt(minutes);
  const { code, out } = await doctor({ ...live, VYOM_BASE_URL: `http://localhost:${carrier.port}` });
  carrier.close();
  expect(out).toContain("✓ DNS: finds localhost\n");
  expect(out).toMatch(said);
  expect(code).toBe(expected);
});

test("a name that leads nowhere is named: a carrier's is 1, one's own is 2", async () => {
  const carrier = await doctor({ ...live, VYOM_BASE_URL: "https://api.gone.invalid" });
  expect(carrier).toMatchObject({ code: 1, out: expect.stringMatching(/✗ DNS: api\.gone\.invalid does not resolve \(.+\): look at/) });
  const own = await doctor({ TRUNKLINE_PUBLIC_URL: "https://trunkline.gone.invalid" });
  expect(own).toMatchObject({ code: 2, out: expect.stringMatching(/! DNS: trunkline\.gone\.invalid does not resolve/) });
});

test("a misspelt setting is 1", async () => {
  const { code, out } = await doctor({ TRUNKLINE_READONLY: "true" });
  expect([code, out]).toEqual([1, expect.stringContaining("✗ settings: TRUNKLINE_READONLY is not a setting of Trunkline. Did you mean")]);
  expect(out).not.toContain("Ask the operator");
});

test("a carrier is asked one question: 0 when it answers, 1 when it takes no key or is not there", async () => {
  const before = sandbox.seen.length;
  expect(await doctor(live)).toMatchObject({ code: 0, out: expect.stringContaining("✓ Vyom: answers, and accepts the key") });
  expect(sandbox.seen.length).toBe(before + 1);
  const refused = await doctor({ ...live, VYOM_API_KEY: "canary-key" });
  expect([refused.code, refused.out]).toEqual([1, expect.stringContaining("✗ Vyom: ")]);
  expect(refused.out).not.toContain("canary");
});

test("a port that is taken is 2, and --json says the same to a program", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { code, out } = await doctor({ TRUNKLINE_LISTEN: `127.0.0.1:${(other.address() as AddressInfo).port}` }, "--json");
  other.close();
  expect(code).toBe(2);
  expect(JSON.parse(out).findings).toContainEqual({
    check: "port",
    status: "warn",
    says: expect.stringContaining("another program listens"),
  });
});

test("a tenants file is checked with the carriers of each tenant, before any signal", async () => {
  const file = join(folder, "tenants.json");
  const tell = (content: object) => writeFileSync(file, JSON.stringify(content));
  const environment = { TRUNKLINE_TENANTS: file, ACME_KEY: live["VYOM_API_KEY"] ?? "" };
  tell({ tenants: { acme: { carriers: { ...live, VYOM_API_KEY: "env:ACME_KEY" } }, trial: { sandbox: true } } });
  const { code, out } = await doctor(environment);
  expect(out).toContain("✓ tenants file: 2 tenants");
  expect(out).toContain(`in /metrics it is ${sha256("acme").slice(0, 12)}`);
  expect(out).toContain("✓ tenant acme, Vyom: answers, and accepts the key");
  for (const place of ["trunkline.db (live)", "sandbox.db (sandbox)"])
    expect(out).toContain(`${join(folder, "home", place)}, where nothing`);
  expect(code).toBe(0);
  tell({ tenants: { acme: {} } });
  expect(await doctor(environment)).toMatchObject({ code: 1, out: expect.stringContaining("tenants.acme has no carrier") });
  expect(await doctor({ TRUNKLINE_TENANTS: "/nope.json" })).toMatchObject({
    code: 1,
    out: expect.stringContaining("/nope.json is not there"),
  });
});
