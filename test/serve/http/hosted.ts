import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../src/core/clock.ts";
import { readConfiguration } from "../../../src/core/config.ts";
import { providers } from "../../../src/providers/index.ts";
import { type HttpPorts, serveHttp } from "../../../src/serve/http/serve.ts";
import { createLog } from "../../../src/serve/log.ts";
import { type Sandbox, startSandbox } from "../../../src/serve/sandbox.ts";
import { openHosted } from "../../../src/store/hosted.ts";

export const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** What stands in `tenants.…` of one tenant whose carriers are emulators, and the variables that it refers to. */
export function onSandbox(sandbox: Pick<Sandbox, "urlOf">, prefix: string) {
  const settings = Object.assign({}, ...providers.map((provider) => provider.sandboxSettings(sandbox.urlOf(provider.id))));
  const names = Object.keys(settings) as string[];
  return {
    environment: Object.fromEntries(names.map((name) => [`${prefix}_${name}`, String(settings[name])])),
    carriers: Object.fromEntries(names.map((name) => [name, `env:${prefix}_${name}`])),
  };
}

export interface HostedServer {
  origin: string;
  sandbox: Sandbox;
  /** Lines of the log so far. */
  log(): Record<string, unknown>[];
  call(call: ToolCall): Promise<ToolAnswer>;
  /** Rewrites the tenants file and has it read. */
  retell(file: object): Promise<void>;
  close(): Promise<void>;
}

export interface ToolCall {
  tool: string;
  arguments?: object;
  token?: string;
  meta?: object;
  headers?: Record<string, string>;
}

export interface ToolAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
  body: any;
}

export interface HostedOptions {
  /** Makes the tenants file; absent: one local person. */
  tenants?(sandbox: Sandbox): { file: object; environment: Record<string, string> };
  settings?: Record<string, string>;
  ports?: Partial<HttpPorts>;
}

/** The real HTTP server in this process, over emulators whose requests the test sees. */
export async function startHosted({ tenants, settings, ports }: HostedOptions = {}): Promise<HostedServer> {
  const folder = mkdtempSync(join(tmpdir(), "trunkline-hosted-"));
  const sandbox = await startSandbox(providers);
  const path = join(folder, "tenants.json");
  const made = tenants?.(sandbox);
  if (made) writeFileSync(path, JSON.stringify(made.file));
  const one = Object.assign({}, ...providers.map((provider) => provider.sandboxSettings(sandbox.urlOf(provider.id))));
  const environment = {
    ...(made ? { TRUNKLINE_TENANTS: path, ...made.environment } : one),
    TRUNKLINE_LISTEN: "127.0.0.1:0",
    TRUNKLINE_HOME: folder,
    ...settings,
  };
  const configuration = readConfiguration(environment, providers);
  const lines: string[] = [];
  const log = createLog("debug", (line) => lines.push(line));
  const hosted = openHosted({ settings: configuration.server, environment, clock: systemClock, log });
  const house = { configuration, providers, ...hosted, environment, environmentSecret: () => undefined, clock: systemClock, log };
  const serving = await serveHttp({ ...house, ...ports });
  const origin = `http://127.0.0.1:${serving.port}`;
  return {
    origin,
    sandbox,
    log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    call: (call) => callTool(origin, call),
    retell: async (file) => {
      writeFileSync(path, JSON.stringify(file));
      await serving.reload();
    },
    close: async () => {
      await serving.close();
      await hosted.close();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const PROTOCOL = "2026-07-28";

/** One call as it stands on the wire, so that a test sees and says every header. */
export async function callTool(origin: string, { tool, arguments: given = {}, token, meta = {}, headers }: ToolCall): Promise<ToolAnswer> {
  const envelope = {
    "io.modelcontextprotocol/protocolVersion": PROTOCOL,
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const params = { name: tool, arguments: given, _meta: { ...envelope, ...meta } };
  const response = await fetch(`${origin}/mcp`, {
    method: "POST",
    headers: {
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
      "mcp-protocol-version": PROTOCOL,
      "mcp-method": "tools/call",
      "mcp-name": tool,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  const text = await response.text();
  const json = /^data: (.*)$/m.exec(text)?.[1] ?? text;
  return { status: response.status, headers: response.headers, body: JSON.parse(json) };
}
