import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { providers } from "../../src/providers/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { sha256 } from "../support/hosted.ts";
import { type Running, start } from "../support/process.ts";
import { callTool, envelope, onSandbox } from "./on-sandbox.ts";

const token = "token";

let folder: string;
let sandbox: Sandbox;
let running: Running;
let origin: string;
let carriers: Record<string, string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "trunkline-process-"));
  sandbox = await startSandbox(providers);
  const acme = onSandbox(sandbox, "ACME");
  carriers = acme.carriers;
  tell({ tenant: "acme" });
  running = start(["http", "--port", "0"], {
    ...acme.environment,
    TRUNKLINE_TENANTS: join(folder, "tenants.json"),
    TRUNKLINE_HOME: folder,
    TRUNKLINE_LOG_LEVEL: "info",
  });
  await expect.poll(() => running.stderr()).toContain("Ctrl-C ends it");
  origin = /http:\/\/127\.0\.0\.1:\d+/.exec(running.stderr())?.[0] ?? "";
});
afterEach(async () => {
  running.child.kill("SIGKILL");
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

function tell({ tenant, name = token }: { tenant: string; name?: string }): void {
  const file = { tokens: [{ name: "holder", sha256: sha256(name), tenant }], tenants: { [tenant]: { carriers } } };
  writeFileSync(join(folder, "tenants.json"), JSON.stringify(file));
}

const read = (with_ = token) => callTool(origin, { tool: "list_trunks", arguments: { provider: "exotel" }, token: with_ });

/** A connection of which the test says every byte. */
async function raw(text: string): Promise<{ socket: Socket; said(): string; closed: Promise<void> }> {
  const socket = connect(Number(new URL(origin).port), "127.0.0.1");
  let said = "";
  socket.setEncoding("utf8").on("data", (part: string) => {
    said += part;
  });
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(text);
  return { socket, said: () => said, closed };
}

async function subscription(): Promise<{ said(): string; closed: Promise<void> }> {
  const params = { notifications: { resourcesListChanged: true }, _meta: envelope };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 9, method: "subscriptions/listen", params });
  const headers = [
    "POST /mcp HTTP/1.1",
    `host: ${new URL(origin).host}`,
    `authorization: Bearer ${token}`,
    "accept: application/json, text/event-stream",
    "content-type: application/json",
    "mcp-protocol-version: 2026-07-28",
    "mcp-method: subscriptions/listen",
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  const stream = await raw(`${headers.join("\r\n")}\r\n\r\n${body}`);
  await expect.poll(stream.said).toContain("text/event-stream");
  return stream;
}

async function refused(): Promise<boolean> {
  const probe = await fetch(`${origin}/healthz`, { headers: { connection: "close" } }).catch(() => undefined);
  return probe === undefined;
}

describe("SIGTERM", () => {
  test("lets the call in flight finish, ends streams, takes nobody new, and ends the process with 0", async () => {
    const stream = await subscription();
    const halfAsked = await raw("GET /readyz HTTP/1.1\r\nhost: localhost\r\n");
    // Anything sent before on another connection has been read when this is answered.
    await fetch(`${origin}/healthz`);
    sandbox.script({ kind: "delay", delay_ms: 3_000, path: "/trunks" });
    const slow = read();
    await expect.poll(() => sandbox.seen.length).toBe(1);
    running.child.kill("SIGTERM");
    await expect.poll(refused).toBe(true);
    halfAsked.socket.write("\r\n");
    await halfAsked.closed;
    expect(halfAsked.said()).toMatch(/^HTTP\/1\.1 503 /);
    expect(halfAsked.said()).toMatch(/connection: close/i);
    expect(halfAsked.said()).toContain('"server":"draining"');
    await stream.closed;
    const { status, headers, body } = await slow;
    expect([status, body.result.isError]).toEqual([200, undefined]);
    expect(headers.get("connection")).toBe("close");
    expect(await running.exit()).toBe(0);
  });

  test("cuts off what does not end", async () => {
    sandbox.script({ kind: "stall", times: 10 });
    const given = { provider: "exotel", trunk_id: "trmum1a2b3c4d5e6f70819283746a1n5" };
    const endless = callTool(origin, { tool: "get_trunk", arguments: given, token }).catch(() => "cut off");
    await expect.poll(() => sandbox.seen.length).toBe(1);
    running.child.kill("SIGTERM");
    expect(await endless).toBe("cut off");
    expect(await running.exit()).toBe(0);
  });

  test("ends a process that does nothing, at once", async () => {
    await read();
    running.child.kill("SIGTERM");
    expect(await running.exit()).toBe(0);
  });
});

/** Every line that was written, each of which must be JSON. */
const log = () =>
  running
    .stderr()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const lineOf = (message: string) => log().find((line) => line["message"] === message);

describe("the log", () => {
  test("is JSON from the first line to the last: the start, who was not let in, each call with whose it is, the stop", async () => {
    expect(log()[0]).toMatchObject({ version: expect.stringMatching(/^\d/), node: process.version, tenants: { live: 1, sandbox: 0 } });
    expect(log()[0]).toMatchObject({
      store: join(folder, "trunkline.db"),
      message: expect.stringContaining("1 tenant: 1 live, 0 sandbox"),
    });
    expect((await read("wrong-token")).status).toBe(401);
    expect(lineOf("request was not let in")).toMatchObject({
      status: 401,
      reason: "The access token is not known",
      from: "127.0.0.1",
      request_id: expect.stringMatching(/./),
    });
    const whose = { tenant: "acme", caller: "token|holder", carrier: "exotel" };
    const ask = (tool: string, given: object) => callTool(origin, { tool, arguments: given, token });
    const trunk = (await ask("exotel_create_trunk", { trunk_name: "logged" })).body.result.structuredContent.trunk;
    expect(lineOf("call done")).toMatchObject({ ...whose, tool: "exotel_create_trunk", outcome: "done" });
    await ask("exotel_delete_trunk", { trunk_sid: trunk.trunk_id });
    expect(lineOf("call waits for a person")).toMatchObject({ ...whose, tool: "exotel_delete_trunk", outcome: "approval_required" });
    const before = sandbox.seen.length;
    sandbox.script({ kind: "delay", delay_ms: 1_000, path: "/exotel" });
    const slow = ask("get_trunk", { provider: "exotel", trunk_id: "nobodys" });
    await expect.poll(() => sandbox.seen.length).toBeGreaterThan(before);
    running.child.kill("SIGTERM");
    await slow;
    expect(await running.exit()).toBe(0);
    expect(lineOf("call failed")).toMatchObject({ ...whose, tool: "get_trunk", outcome: "not_found" });
    expect(log().find((line) => line["signal"] === "SIGTERM")).toMatchObject({ in_flight: 1 });
    expect(log().at(-1)).toMatchObject({ message: "Trunkline has stopped." });
    expect(log().filter((line) => line["where"] !== "live")).toEqual([]);
    expect(running.stderr()).not.toContain("wrong-token");
  });

  test("says of a file that cannot be used what is wrong, and no stack", async () => {
    writeFileSync(join(folder, "tenants.json"), "{");
    running.child.kill("SIGHUP");
    await expect.poll(() => lineOf("the tenants file cannot be used; the one before stays in force")).toBeDefined();
    expect(log().at(-1)?.["error"]).toEqual({
      name: "TrunkError",
      code: "not_configured",
      message: "The tenants file (TRUNKLINE_TENANTS) cannot be used: it is not JSON.",
    });
  });
});

describe("SIGHUP", () => {
  test("takes over a new tenants file, without dropping the call in flight", async () => {
    sandbox.script({ kind: "delay", delay_ms: 1_500, path: "/trunks" });
    const slow = read();
    await expect.poll(() => sandbox.seen.length).toBe(1);
    tell({ tenant: "globex", name: "new-token" });
    running.child.kill("SIGHUP");
    await expect.poll(() => running.stderr()).toContain("the tenants file was read again");
    expect((await read()).status).toBe(401);
    expect((await read("new-token")).status).toBe(200);
    const { status, body } = await slow;
    expect([status, body.result.isError]).toEqual([200, undefined]);
  });

  test.each([
    ["is not JSON", "{"],
    ["names a stranger", JSON.stringify({ tokens: [{ name: "a", sha256: sha256("a"), tenant: "nobody" }], tenants: {} })],
  ])("does not take over a file that %s: the old one goes on", async (_, text) => {
    writeFileSync(join(folder, "tenants.json"), text);
    running.child.kill("SIGHUP");
    await expect.poll(() => running.stderr()).toContain("the tenants file cannot be used; the one before stays in force");
    expect((await read()).status).toBe(200);
  });

  test("does not take over a file that is gone", async () => {
    rmSync(join(folder, "tenants.json"));
    running.child.kill("SIGHUP");
    await expect.poll(() => running.stderr()).toContain("the tenants file cannot be used; the one before stays in force");
    expect((await read()).status).toBe(200);
  });
});
