import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import { readConfiguration } from "../../src/core/config.ts";
import { type Log, silentLog } from "../../src/core/log.ts";
import { type HttpPorts, serveHttp } from "../../src/http/start.ts";
import { providers } from "../../src/providers/index.ts";
import { openHosted } from "../../src/store/hosted.ts";

export interface HttpOptions {
  limits?: HttpPorts["limits"];
  clock?: Clock;
  /** Names of tenants, each on a sandbox of its own; its token is its name. Without any, one local person is served. */
  tenants?: string[];
  /** The operator takes forms that a token's client answers for a person's word. */
  forms?: boolean;
  log?: Log;
  /** Beside what every test needs. */
  environment?: Record<string, string>;
}

export interface Http {
  url: string;
  port: number;
  close(): Promise<void>;
}

/** `trunkline http` on loopback and on the emulators, as `main` starts it. */
export async function startHttp({
  limits = {},
  clock = systemClock,
  tenants = [],
  forms = false,
  log = silentLog,
  environment: own = {},
}: HttpOptions = {}): Promise<Http> {
  const folder = mkdtempSync(join(tmpdir(), "trunkline-http-"));
  const file = join(folder, "tenants.json");
  writeFileSync(file, JSON.stringify(tenantsFile(tenants, forms)));
  const named = tenants.length > 0 ? { TRUNKLINE_TENANTS: file } : {};
  const environment = { TRUNKLINE_HOME: folder, TRUNKLINE_LISTEN: "127.0.0.1:0", ...named, ...own };
  const configuration = readConfiguration(environment, providers);
  const hosted = openHosted({ settings: configuration.server, environment, clock, log: silentLog });
  const ports = { configuration, providers, ...hosted, environment, environmentSecret: () => undefined, clock, log };
  const { url, port, close } = await serveHttp({ ...ports, limits });
  return {
    url,
    port,
    close: async () => {
      await close();
      await hosted.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function tenantsFile(names: string[], forms: boolean): object {
  const sha256 = (token: string) => createHash("sha256").update(token).digest("hex");
  return {
    tokens: names.map((name) => ({ name, sha256: sha256(name), tenant: name, forms })),
    tenants: Object.fromEntries(names.map((name) => [name, { sandbox: true }])),
  };
}

export const envelope = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};

export interface Post {
  headers?: Record<string, string>;
  token?: string;
  signal?: AbortSignal;
}

/** One POST of JSON, with the headers that every client sends. */
export function post(url: string, body: unknown, { headers = {}, token, signal }: Post = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

/** A request of the 2026 era. */
export function ask(url: string, method: string, params: object = {}, options: Post = {}): Promise<Response> {
  const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": method, ...options.headers };
  return post(url, { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: envelope } }, { ...options, headers });
}

/** How many tools an honest client is shown just now. */
export async function toolCount(url: string, token?: string): Promise<number> {
  const answer = await ask(url, "tools/list", {}, token === undefined ? {} : { token });
  const { result } = (await answer.json()) as { result?: { tools: unknown[] } };
  return result?.tools.length ?? 0;
}

export interface Session {
  id: string;
  post(body: unknown, signal?: AbortSignal): Promise<Response>;
}

/** A session of the 2025 era, of a client that can show forms; the refusal, where none is given. */
export async function beginSession(url: string, token?: string, beginning: Record<string, string> = {}): Promise<Session | Response> {
  const of = token === undefined ? {} : { token };
  const params = { protocolVersion: "2025-11-25", capabilities: { elicitation: {} }, clientInfo: { name: "test", version: "1.0.0" } };
  const answer = await post(url, { jsonrpc: "2.0", id: 0, method: "initialize", params }, { ...of, headers: beginning });
  const id = answer.headers.get("mcp-session-id");
  if (id === null) return answer;
  await answer.text();
  const headers = { "mcp-session-id": id, "mcp-protocol-version": "2025-11-25" };
  const session = { id, post: (body: unknown, signal?: AbortSignal) => post(url, body, { ...of, headers, ...(signal ? { signal } : {}) }) };
  await session.post({ jsonrpc: "2.0", method: "notifications/initialized" });
  return session;
}

/** The answer to these bytes, once the server had closed or nothing more came for a while. */
export async function talk(port: number, bytes: string | Buffer, waitMs = 5_000): Promise<{ answer: string; closed: boolean }> {
  const socket = await dial(port);
  let answer = "";
  socket.on("data", (data) => {
    answer += data.toString("latin1");
  });
  const closed = new Promise<boolean>((resolve) => {
    socket.once("close", () => resolve(true));
    setTimeout(() => resolve(false), waitMs).unref();
  });
  socket.write(bytes);
  const outcome = { closed: await closed, answer };
  socket.destroy();
  return { ...outcome, answer };
}

/** A connection that bears being cut off. */
export function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(socket.on("error", () => {}).resume())).once("error", reject);
  });
}
