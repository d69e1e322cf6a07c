// Bundled with the sources. Times three ways to the same list of trunks: a bare undici request, the call pipeline, and an
// MCP client on an in-memory transport.
import { performance } from "node:perf_hooks";
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { Agent, request } from "undici";
import { systemClock } from "../src/core/clock.ts";
import { silentLog } from "../src/core/log.ts";
import { Secret } from "../src/core/secret.ts";
import { createHost, createServer } from "../src/mcp/server.ts";
import { callTool } from "../src/pipeline/call.ts";
import type { Scope } from "../src/pipeline/scope.ts";
import { connectExotel } from "../src/providers/exotel/client.ts";
import { exotel } from "../src/providers/exotel/index.ts";
import { lazyStore } from "../src/store/lazy.ts";
import { createOpenWire } from "../src/wire/open.ts";
import { scopeWith } from "../test/support/scope.ts";
import listTrunks from "../tools/trunks/list-trunks.ts";

const WARM_UP = 500;
/** Exotel's own 200 a minute would make this a measurement of waiting. */
const limit = { calls: 1_000_000, perMs: 1_000 };

type Way = "bare" | "pipeline" | "client";

export async function timeReads(baseUrl: string, { calls, rows }: { calls: number; rows: number }) {
  const scope = scopeOn(baseUrl);
  const { client, close } = await connectClient(scope);
  const ways: Record<Way, () => Promise<readonly unknown[] | undefined>> = {
    bare: bareRequest(`${baseUrl}/v2/accounts/bench/trunks?page_size=50&offset=0`),
    pipeline: () => pipelineCall(scope),
    client: async () => trunksOf((await client.callTool({ name: "list_trunks", arguments: {} })).structuredContent),
  };
  const samples: Record<Way, number[]> = { bare: [], pipeline: [], client: [] };
  for (let call = 0; call < WARM_UP + calls; call++) {
    for (const name of Object.keys(ways) as Way[]) {
      const started = performance.now();
      const found = await ways[name]();
      const ms = performance.now() - started;
      if (found?.length !== rows) throw new Error(`${name} answered ${found?.length} trunks instead of ${rows}`);
      if (call >= WARM_UP) samples[name].push(ms);
    }
  }
  await close();
  return samples;
}

function trunksOf(structured: unknown): unknown[] | undefined {
  return (structured as { trunks?: unknown[] } | undefined)?.trunks;
}

function bareRequest(url: string) {
  const dispatcher = new Agent();
  const headers = { accept: "application/json", authorization: `Basic ${Buffer.from("key:token").toString("base64")}` };
  return async () => {
    const { body } = await request(url, { dispatcher, headers });
    return JSON.parse(await body.text()).response;
  };
}

async function pipelineCall(scope: Scope) {
  const person = { canAsk: false, answer: undefined };
  const { signal } = new AbortController();
  const call = { tool: listTrunks, arguments: {}, requestId: "bench", signal, person };
  const answer = await callTool(call, scope);
  return answer.kind === "done" ? trunksOf(answer.result) : undefined;
}

function scopeOn(baseUrl: string): Scope {
  const store = lazyStore(() => Promise.reject(new Error("a read asked for the store")));
  const account = { sid: "bench", key: new Secret("key"), token: new Secret("token"), baseUrl, limit };
  const openWire = createOpenWire({ clock: systemClock, log: silentLog });
  const connected = Promise.resolve(connectExotel(account, { openWire, memory: store.memory }));
  return scopeWith({ carriers: [{ provider: exotel, connected: () => connected }], store, sandbox: false });
}

async function connectClient(scope: Scope) {
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const host = await createHost(scope);
  const serving = serveStdio(({ era }) => createServer(host, { era }), { transport: serverSide });
  const client = new Client({ name: "bench", version: "1.0.0" });
  await client.connect(clientSide);
  return { client, close: async () => Promise.all([client.close(), serving.close()]) };
}
