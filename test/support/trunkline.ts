import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttpTransport } from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyHttpTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { accessScopes } from "../../src/auth/caller.ts";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import { parseSettings } from "../../src/core/config.ts";
import type { Probes } from "../../src/core/local.ts";
import { type Log, silentLog } from "../../src/core/log.ts";
import { startHttpServer } from "../../src/http/listener.ts";
import { createOpenResponses } from "../../src/http/open-responses.ts";
import { createGuard } from "../../src/http/origin-guard.ts";
import { createToolsJson } from "../../src/http/quick-path/tools-json.ts";
import { createEndpoint } from "../../src/http/routes/mcp.ts";
import { type Serving, serveTenant } from "../../src/http/tenants/tenant.ts";
import { createHost, createServer, hostOf } from "../../src/mcp/server.ts";
import { refuseUnknown } from "../../src/mcp/subscriptions.ts";
import { loadSurface } from "../../src/mcp/surface.ts";
import { createApprovalPage } from "../../src/pages/pages.ts";
import type { Policy } from "../../src/pipeline/policy.ts";
import { createProbes } from "../../src/pipeline/probe-budget.ts";
import type { Scope } from "../../src/pipeline/scope.ts";
import { providers as allProviders } from "../../src/providers/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { carrier } from "../../src/startup/carriers.ts";
import { createCache } from "../../src/store/cache.ts";
import { openStore } from "../../src/store/open.ts";
import type { Timing } from "../../src/wire/exchange.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import { patient } from "./patience.ts";
import { defaultPolicy, scopeWith, unlimited } from "./scope.ts";

export type Era = "v1" | "v2";
/** How frames travel: as over stdin and stdout, or by a real HTTP server on loopback. */
export type Transport = "stdio" | "http";
/** The answer of the person at the client to a form. */
export type Person = (asked: { message: string; url?: string | undefined }) => PersonAnswer | Promise<PersonAnswer>;
export type PersonAnswer = { action: "accept" | "decline" | "cancel"; content?: Record<string, string> };

/** Every way in which a client reaches the server: what holds, holds on all of them. */
export type Way = Required<Pick<Options, "era" | "transport">>;
export const ways: Way[] = (["stdio", "http"] as const).flatMap((transport) => (["v1", "v2"] as const).map((era) => ({ era, transport })));

export interface Options {
  era?: Era;
  transport?: Transport;
  dialect?: string;
  providers?: readonly AnyProvider[];
  policy?: Partial<Policy>;
  person?: Person;
  timing?: Partial<Timing>;
  clock?: Clock;
  log?: Log;
  /** False: the emulators answer as if they were the carriers, as far as rules and results can tell. */
  sandboxRules?: boolean;
  settings?: Record<string, string>;
  environment?: Record<string, string>;
  /** The client can show links beside forms. */
  links?: boolean;
  /** Where files for a person go. */
  output?: Scope["output"];
  probes?: Partial<Probes>;
  /** How long apply_plan waits for its plan. */
  planAnswerMs?: number;
  /** Pages through which a person is reached outside the client. */
  pages?: boolean;
  /** For tests of thousands of calls: neither side counts them. */
  unlimited?: boolean;
}

/** The text that a form asks a person to type. */
export function typedIn(message: string): string {
  return /^Type "(.+)" to agree\.$/m.exec(message)?.[1] ?? "";
}

/** Agrees to whatever is asked. */
export const agreeing: Person = ({ message }) => ({ action: "accept", content: { trunk_name: typedIn(message) } });

export interface Answer {
  isError: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
  value: any;
  /** The whole result as the client received it. */
  raw: unknown;
}

export interface Trunkline {
  client: LegacyClient | ModernClient;
  sandbox: Sandbox;
  scope: Scope;
  call(name: string, args?: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

/** Trunkline with real emulators on loopback and a real client of either protocol era. */
export async function startTrunkline(options: Options = {}): Promise<Trunkline> {
  const { clock = systemClock, log = silentLog, providers = allProviders } = options;
  // A carrier whose clock runs a minute between two requests never sees too many in one.
  let emulated = Date.now();
  const now = options.unlimited ? { now: () => (emulated += 60_000) } : {};
  const sandbox = await startSandbox(providers, { ...now, ...(options.dialect === undefined ? {} : { dialect: options.dialect }) });
  const store = await openStore({ location: { file: ":memory:" }, tenant: "local", clock });
  const openWire = createOpenWire({
    clock,
    log,
    timing: { ...patient, ...options.timing },
    policy: { attempts: 3, maxRetryAfterMs: 20_000, backoffMs: 1 },
    settleAfterMs: [0, 10],
  });
  const carriers = providers.map((provider) => {
    const settings = { ...provider.sandboxSettings(sandbox.urlOf(provider.id)), ...options.settings };
    return carrier(
      provider,
      async () => parseSettings(provider.settings, settings),
      async () => ({
        openWire: options.unlimited ? unlimited(openWire) : openWire,
        memory: store.memory,
      }),
    );
  });
  const policy: Policy = { ...defaultPolicy, ...options.policy };
  const scope: Scope = scopeWith({
    principal: "tester",
    policy,
    carriers,
    sandbox: options.sandboxRules ?? true,
    store,
    cache: createCache("tester"),
    environmentSecret: (name) => options.environment?.[name],
    clock,
    log,
    probes: { ...createProbes({ allowPrivate: false, carriers: options.sandboxRules === false }, clock), ...options.probes },
    output: options.output ?? { kind: "folder", base: tmpdir() },
    ...(options.planAnswerMs === undefined ? {} : { planAnswerMs: options.planAnswerMs }),
  });
  const pages = options.links || options.pages ? createApprovalPage({ ...store, clock, log }) : undefined;
  if (pages) {
    const approvalCommand = (id: string) => `trunkline approve ${id}`;
    const secretCommand = (ref: string) => `trunkline secret ${ref}`;
    scope.outside = { approvalUrl: pages.urlOf, revealUrl: pages.revealUrlOf, approvalCommand, secretCommand };
  }
  const connect = options.transport === "http" ? connectOverHttp : connectClient;
  const { client, close } = await connect(scope, options.era ?? "v1", options.person, options.links);
  return {
    client,
    sandbox,
    scope,
    call: async (name, args = {}) => toAnswer(await client.callTool({ name, arguments: args })),
    close: async () => {
      await close();
      await pages?.close();
      await sandbox.close();
      await store.close();
    },
  };
}

/** A client of either era, on the same path that stdin and stdout take. */
export async function connectClient(scope: Scope, era: Era, person?: Person, links = false) {
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const host = await createHost(scope, randomBytes(32));
  const serving = serveStdio(({ era: spoken }) => createServer(host, { era: spoken }), { transport: serverSide as never });
  refuseUnknown(serverSide, scope);
  const client = clientOf(era, person, links);
  await client.connect(clientSide as never);
  return { client, close: async () => Promise.all([client.close(), serving.close()]) };
}

/** The same over HTTP: the endpoint of the real server, with a gate that knows one caller. */
async function connectOverHttp(scope: Scope, era: Era, person?: Person, links = false) {
  const surface = await loadSurface();
  const stateKey = randomBytes(32);
  const serving: Serving = {
    createServer: (caller, connection) => createServer(hostOf(caller, surface, stateKey), connection),
    toolsJson: createToolsJson(surface),
    sessions: { sessions: 10, idleMs: 60_000 },
    maxBody: 1e6,
  };
  const tenant = { ...serveTenant(scope, serving), setup: undefined as never, store: scope.store };
  const responses = createOpenResponses();
  const handle = createEndpoint({
    gate: () => ({ check: async () => ({ tenant: "local", principal: scope.principal, scopes: accessScopes, forms: true }) }),
    tenant: () => tenant,
    effectOf: (name) => surface.tools.find((tool) => tool.name === name)?.effect,
    origin: () => "http://127.0.0.1",
    log: silentLog,
    responses,
    maxBody: serving.maxBody,
  });
  const enter = createGuard({ publicUrl: undefined, origins: [] });
  const routes = [{ path: "/mcp", methods: ["POST", "GET", "DELETE"], enter, handle, traces: true }];
  const server = await startHttpServer({ host: "127.0.0.1", port: 0, routes, log: scope.log });
  const client = clientOf(era, person, links);
  await connectTo(client, `http://127.0.0.1:${server.port}/mcp`);
  return {
    client,
    close: async () => {
      await client.close();
      responses.endStreams();
      await server.drain(1_000);
      await tenant.close();
    },
  };
}

/** A client of either era at a server that is already there. */
export async function connectTo(
  client: LegacyClient | ModernClient,
  url: string,
  headers: Record<string, string> = {},
  // Looked up at each call: a test may listen in.
  fetch: typeof globalThis.fetch = (...given) => globalThis.fetch(...given),
): Promise<void> {
  const Transport = client instanceof ModernClient ? ModernHttpTransport : LegacyHttpTransport;
  await client.connect(new Transport(new URL(url), { requestInit: { headers }, fetch }) as never);
}

const info = { name: "test", version: "1.0.0" };

export function clientOf(era: Era, person?: Person, links = false): LegacyClient | ModernClient {
  const capabilities = person ? { elicitation: links ? { form: {}, url: {} } : {} } : {};
  return era === "v1" ? legacyClient(capabilities, person) : modernClient(capabilities, person);
}

function legacyClient(capabilities: object, person: Person | undefined): LegacyClient {
  const client = new LegacyClient(info, { capabilities });
  if (person) client.setRequestHandler(ElicitRequestSchema, async ({ params }) => await person(asked(params)));
  return client;
}

function modernClient(capabilities: object, person: Person | undefined): ModernClient {
  const client = new ModernClient(info, { capabilities, versionNegotiation: { mode: { pin: "2026-07-28" } } });
  if (person) client.setRequestHandler("elicitation/create", async ({ params }) => await person(asked(params)));
  return client;
}

function asked(params: { message: string; url?: unknown }): Parameters<Person>[0] {
  return { message: params.message, url: typeof params.url === "string" ? params.url : undefined };
}

export function toAnswer(raw: unknown): Answer {
  const result = raw as { isError?: boolean; content: { text: string }[] };
  // An error begins with a sentence; its JSON is the last item.
  return { isError: result.isError === true, value: JSON.parse(result.content.at(-1)?.text ?? "null"), raw };
}
