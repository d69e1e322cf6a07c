import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpRequestContext,
  ProtocolError,
  ProtocolErrorCode,
  type RequestStateCodec,
  Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import manifest from "../../package.json" with { type: "json" };
import { type ToolName, tools } from "../../tools/index.ts";
import { hearLate, type PersonAnswer, type PersonChannel } from "../approval/agree.ts";
import { formWords } from "../approval/words.ts";
import { DECIDE_MS } from "../core/person-limits.ts";
import { cleanText } from "../core/text.ts";
import { type Call, type CallResult, callTool } from "../pipeline/call.ts";
import { approvalPorts } from "../pipeline/gate.ts";
import { whyHidden } from "../pipeline/policy.ts";
import { errorSentence } from "../pipeline/result.ts";
import type { Scope } from "../pipeline/scope.ts";
import { instructions } from "./instructions.ts";
import { loadTool } from "./load-tool.ts";
import { installPrompts } from "./prompts.ts";
import { type ScopeOf, scopeIn } from "./request-scope.ts";
import { traced } from "./request-trace.ts";
import { installResources } from "./resources.ts";
import { offerSecret } from "./secret-link.ts";
import { relayChanges } from "./subscriptions.ts";
import { loadSurface, type Surface } from "./surface.ts";
import { metaForViews, viewExtension } from "./views.ts";

const serverInfo = { name: "trunkline", title: "Trunkline", version: manifest.version };

/** Kept by the client between asking and answering: which approval a form is about. */
interface FormState {
  approval: string;
  /** Wrong names so far. */
  tries: number;
}

/** The parts that all servers of one process share. */
export interface Host {
  scope: Scope;
  surface: Surface;
  stateCodec(): RequestStateCodec<FormState>;
}

/** Without a `stateKey`, which replicas share, one is made when the first form needs it. */
export async function createHost(scope: Scope, stateKey?: Uint8Array): Promise<Host> {
  return hostOf(scope, await loadSurface(), stateKey);
}

/** The same for many callers who share one surface. */
export function hostOf(scope: Scope, surface: Surface, stateKey?: Uint8Array): Host {
  let codec: RequestStateCodec<FormState> | undefined;
  return {
    scope,
    surface,
    stateCodec: () => {
      codec ??= createRequestStateCodec<FormState>({
        key: stateKey ?? crypto.getRandomValues(new Uint8Array(32)),
        ttlSeconds: DECIDE_MS / 1_000,
        bind: (ctx) => `${ctx.mcpReq.method}\0${scope.principal}`,
      });
      return codec;
    },
  };
}

const LISTS_CACHE = { ttlMs: 300_000, cacheScope: "private" } as const;
const LIVE_CACHE = { ttlMs: 0, cacheScope: "private" } as const;

/** `perRequest`: it lives for one request, and who subscribed is told of changes on a stream of their own. */
export type Connection = Pick<McpRequestContext, "era"> & { perRequest?: boolean };

/** One MCP server for one connection, in either era of the protocol. */
export function createServer(host: Host, connection: Connection): Server {
  const { scope } = host;
  // A request of the 2025 era without a session leaves nobody whom to tell.
  const told = connection.perRequest && connection.era === "legacy" ? {} : { subscribe: true, listChanged: true };
  const server = new Server(serverInfo, {
    instructions: instructions(scope),
    capabilities: { tools: {}, prompts: {}, completions: {}, resources: told, extensions: viewExtension },
    cacheHints: {
      "server/discover": LISTS_CACHE,
      "tools/list": LISTS_CACHE,
      "prompts/list": LISTS_CACHE,
      "resources/list": LIVE_CACHE,
      "resources/templates/list": LISTS_CACHE,
      "resources/read": LIVE_CACHE,
    },
    requestState: { verify: (state, ctx) => host.stateCodec().verify(state, ctx) },
  });
  const scopeOf: ScopeOf = ({ http }) => scopeIn(http?.authInfo) ?? scope;
  installTools(server, host, connection, scopeOf);
  installPrompts(server, host.surface, scopeOf);
  installResources(server, scopeOf);
  if (!connection.perRequest) relayChanges(server, scope, connection.era === "modern", scopeOf);
  return server;
}

/** Set by a transport that puts the list in by itself, as text. */
export const TOOLS_FOLLOW = "toolsFollow";

export type Listed = Surface["tools"][number]["listed"];

export function listedTools(surface: Surface, scope: Scope): Listed[] {
  return surface.tools.filter((tool) => whyHidden(tool, scope) === undefined).map(({ listed }) => listed);
}

function installTools(server: Server, host: Host, connection: Connection, scopeOf: ScopeOf): void {
  server.setRequestHandler("tools/list", (_, ctx) => ({
    tools: ctx.http?.authInfo?.extra?.[TOOLS_FOLLOW] === true ? [] : listedTools(host.surface, scopeOf(ctx)),
  }));
  server.setRequestHandler("tools/call", async (request, ctx) => {
    const { name } = request.params;
    const scope = scopeOf(ctx);
    if (!Object.hasOwn(tools, name)) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${cleanText(name, 64)}`);
    const tool = await loadTool(name as ToolName);
    const person = personChannel(server, connection, ctx);
    const result = await traced(ctx, async ({ requestId }) => {
      const call: Call = {
        ...{ tool, arguments: request.params.arguments, requestId, signal: ctx.mcpReq.signal, person },
        progress: progressOf(ctx),
        // In the 2026 era over HTTP a broken connection looks like a cancelled call; a plan outlives it.
        stopsWithSignal: !(connection.era === "modern" && connection.perRequest),
      };
      let answered = await callTool(call, scope);
      while (answered.kind === "ask" && connection.era === "legacy")
        answered = await callTool({ ...call, person: { canAsk: true, answer: await ask(answered, scope, ctx) } }, scope);
      return answered;
    });
    const clientShowsLinks = declaredCapabilities(server, connection, ctx)?.elicitation?.url !== undefined;
    const link = result.kind === "done" ? await offerSecret(tool, result.result, clientShowsLinks, scope, ctx) : undefined;
    return link ?? (await toProtocol(result, host, scope, ctx));
  });
}

/** Tells the client how far a call is, if it asked to be told. */
function progressOf(ctx: ServerContext): Call["progress"] {
  const token = ctx.mcpReq._meta?.progressToken;
  if (token === undefined) return undefined;
  return (progress, total, message) => {
    const params = { progressToken: token, progress, total, message: cleanText(message) };
    // A client that is gone is told nothing; the call goes on.
    ctx.mcpReq.notify({ method: "notifications/progress", params }).catch(() => {});
  };
}

async function toProtocol(result: CallResult, host: Host, scope: Scope, ctx: ServerContext): Promise<CallToolResult | InputRequiredResult> {
  if (result.kind === "ask") return await form(result, host, ctx);
  const meta = await metaForViews(result, scope);
  if (result.kind === "done") return { content: [text(JSON.stringify(result.result))], structuredContent: result.result, ...meta };
  // Some clients take a first item that is JSON for structured content, and hold it against the tool's output schema: an error
  // has none, and begins with a sentence.
  return { content: [text(errorSentence(result.error)), text(JSON.stringify(result.error))], isError: true, ...meta };
}

function text(words: string) {
  return { type: "text" as const, text: words };
}

const FORM_KEY = "confirm";

type Asked = Extract<CallResult, { kind: "ask" }>;

/** Since 2026-07-28 a form is an answer, to which the client comes back. */
async function form(asked: Asked, host: Host, ctx: ServerContext): Promise<InputRequiredResult> {
  const { approval, tries } = asked;
  return inputRequired({
    inputRequests: { [FORM_KEY]: inputRequired.elicit(fieldsOf(asked)) },
    requestState: await host.stateCodec().mint({ approval, tries }, ctx),
  });
}

/** How long a form may stay open. */
const FORM_MS = DECIDE_MS;
/** Clients of the 2025 era give a call up after 60 s by themselves. */
const FORM_ANSWER_MS = 45_000;
const TELL_EVERY_MS = 10_000;

/**
 * Before, a form was a question of its own. A client that fails to ask, or says what none may say, has reached nobody. A call
 * is answered in time all the same; the form stays open, and a late answer to it decides.
 */
async function ask(asked: Asked, scope: Scope, ctx: ServerContext): Promise<PersonAnswer> {
  const { approval, confirm, tries } = asked;
  // On the stream of the call itself: a client need not have another open.
  const options = { timeout: FORM_MS, relatedRequestId: ctx.mcpReq.id };
  const unreached: PersonAnswer = { approval, action: "unreached", typed: undefined, tries };
  const replied = ctx.mcpReq.elicitInput({ mode: "form", ...fieldsOf(asked) }, options).then(
    (reply) => answerOf(reply, approval, tries),
    () => unreached,
  );
  const progress = progressOf(ctx);
  const telling = setInterval(() => progress?.(0, 1, "A person is reading what this would do."), TELL_EVERY_MS);
  const waited = new AbortController();
  const late = scope.clock.sleep(FORM_ANSWER_MS, waited.signal).then(
    () => undefined,
    () => undefined,
  );
  const inTime = await Promise.race([replied, late]);
  waited.abort();
  clearInterval(telling);
  if (inTime) return inTime;
  void replied
    .then((answer) => hearLate(answer, confirm, approvalPorts(scope)))
    .catch((error: unknown) => scope.log.warn({ error }, "a late answer to a form could not be kept"));
  return { ...unreached, because: "timed_out" };
}

function fieldsOf({ said, confirm, tries }: Asked) {
  const { message, title, description } = formWords(said, confirm, tries);
  return {
    message,
    requestedSchema: {
      type: "object" as const,
      properties: { trunk_name: { type: "string" as const, title, description } },
      required: ["trunk_name"],
    },
  };
}

type Reply = { action: string; content?: Record<string, unknown> | null | undefined };

/** Accept without a name, and cancel, do not tell whether anybody saw the form. */
function answerOf(reply: Reply, approval: string, tries: number): PersonAnswer {
  const value = reply.action === "accept" ? reply.content?.["trunk_name"] : undefined;
  const typed = typeof value === "string" && value !== "" ? value : undefined;
  const action = reply.action === "decline" ? "decline" : typed === undefined ? "unreached" : "accept";
  return { approval, action, typed, tries, ...(action === "unreached" ? { because: "dismissed" as const } : {}) };
}

function personChannel(server: Server, connection: Connection, ctx: ServerContext): PersonChannel {
  const elicitation = declaredCapabilities(server, connection, ctx)?.elicitation;
  // An empty object means forms; one that names only links does not.
  const canAsk = elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
  const client = clientName(server, connection, ctx);
  const state = ctx.mcpReq.requestState<FormState>();
  const response = inputResponse(ctx.mcpReq.inputResponses, FORM_KEY);
  if (state === undefined || response.kind !== "elicit") return { canAsk, client, answer: undefined };
  return { canAsk, client, answer: answerOf(response, state.approval, state.tries) };
}

/** The client program's own name for itself; nothing vouches for it. */
function clientName(server: Server, { era }: Connection, ctx: ServerContext): string | undefined {
  const envelope = ctx.mcpReq.envelope as Record<string, { name?: unknown; title?: unknown } | undefined> | undefined;
  const info = era === "legacy" ? server.getClientVersion() : envelope?.[CLIENT_INFO_META_KEY];
  const name = info?.title ?? info?.name;
  return typeof name === "string" && cleanText(name) !== "" ? cleanText(name, MAX_CLIENT_NAME) : undefined;
}

const MAX_CLIENT_NAME = 60;

/** Since 2026-07-28 each request carries what its client can do; before, only `initialize` said so. */
function declaredCapabilities(server: Server, connection: Connection, ctx: ServerContext): ClientCapabilities | undefined {
  if (connection.era === "legacy") return server.getClientCapabilities();
  const envelope = ctx.mcpReq.envelope as Record<string, ClientCapabilities> | undefined;
  return envelope?.[CLIENT_CAPABILITIES_META_KEY];
}
