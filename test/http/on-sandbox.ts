import { providers } from "../../src/providers/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { createLog } from "../../src/startup/log.ts";
import { startHosted } from "../support/hosted.ts";

/** The `carriers` of a tenant whose carriers are emulators, and the variables that they refer to. */
export function onSandbox(sandbox: Pick<Sandbox, "urlOf">, prefix: string) {
  const settings: Record<string, string> = Object.assign(
    {},
    ...providers.map((provider) => provider.sandboxSettings(sandbox.urlOf(provider.id))),
  );
  return {
    environment: Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${prefix}_${name}`, value])),
    carriers: Object.fromEntries(Object.keys(settings).map((name) => [name, `env:${prefix}_${name}`])),
  };
}

export interface ServerOnSandbox {
  origin: string;
  sandbox: Sandbox;
  /** Lines of the log so far. */
  log(): Record<string, unknown>[];
  close(): Promise<void>;
}

/** The real HTTP server in this process, over emulators whose requests the test sees. `file` is given what describes a tenant on them. */
export async function startOnSandbox(
  file: (tenant: { carriers: Record<string, string> }) => object,
  settings: Record<string, string> = {},
): Promise<ServerOnSandbox> {
  const sandbox = await startSandbox(providers);
  const { environment, carriers } = onSandbox(sandbox, "X");
  const lines: string[] = [];
  const log = createLog("debug", (line) => lines.push(line));
  const hosted = await startHosted(file({ carriers }), { ...environment, ...settings }, log);
  return {
    origin: `http://127.0.0.1:${hosted.serving.port}`,
    sandbox,
    log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    close: async () => {
      await hosted.close();
      await sandbox.close();
    },
  };
}

export interface ToolCall {
  tool: string;
  arguments?: object;
  token: string;
  meta?: object;
  headers?: Record<string, string>;
}

export interface ToolAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
  body: any;
}

const PROTOCOL = "2026-07-28";

/** The `_meta` of every request of the 2026 era. */
export const envelope = {
  "io.modelcontextprotocol/protocolVersion": PROTOCOL,
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** One call as it stands on the wire, so that a test says and sees every header. */
export async function callTool(origin: string, { tool, arguments: given = {}, token, meta = {}, headers }: ToolCall): Promise<ToolAnswer> {
  const params = { name: tool, arguments: given, _meta: { ...envelope, ...meta } };
  const response = await fetch(`${origin}/mcp`, {
    method: "POST",
    headers: {
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "mcp-protocol-version": PROTOCOL,
      "mcp-method": "tools/call",
      "mcp-name": tool,
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) };
}
