import type { IncomingMessage, ServerResponse } from "node:http";
import { classifyInboundRequest, isJsonContentType } from "@modelcontextprotocol/server";
import { TrunkError } from "../../core/errors.ts";
import type { Effect } from "../../core/tool.ts";
import { readBody } from "../request-body.ts";
import { type Answering, createAnswering } from "./answering.ts";
import { rpcError, sendWebResponse, toWebRequest } from "./answers.ts";
import { type AccessScope, type Caller, challenge, type Gate, isRefusal, type Refusal, scopeChallenge, scopesFor } from "./caller.ts";
import { createInFlight } from "./in-flight.ts";
import { narrowingOf } from "./narrowing.ts";
import type { Handler } from "./server.ts";
import type { Tenant } from "./tenants.ts";

export interface EndpointPorts {
  gate(): Gate;
  tenant(id: string): Tenant | undefined;
  effectOf(tool: string): Effect | undefined;
  /** Where this server is reached: what requests are said to have asked for. */
  origin(): string;
  maxBody: number;
  /** Requests of one tenant that are answered at the same time; streams are not counted. */
  maxInFlight: number;
}

export interface Endpoint extends Omit<Answering, "begin"> {
  handle: Handler;
}

/** `POST /mcp`, both eras of the protocol. */
export function createEndpoint(ports: EndpointPorts): Endpoint {
  const counted = createInFlight(ports.maxInFlight);
  const { begin, ...answering } = createAnswering();

  async function answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<Response> {
    const refused = refusal(request);
    if (refused) return refused;
    const gate = ports.gate();
    const access = await gate.check(request.headers.authorization);
    if (isRefusal(access)) return notLetIn(gate, access);
    const tenant = ports.tenant(access.tenant);
    if (!tenant) return rpcError(403, -32001, "This token is good, but its tenant is not served here.");
    begin(tenant, request, response);
    const body = await parseBody(request, ports.maxBody);
    if (body instanceof Response) return body;
    const lacking = lackingScopes(body.value, access, ports);
    if (lacking) {
      return rpcError(403, -32001, `This call needs ${lacking.join(" and ")}.`, { "www-authenticate": scopeChallenge(gate, lacking) });
    }
    return await counted(access.tenant, () => route(tenant, access, request, body.value, ports.origin(), signal));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const answered = await answer(request, response, gone.signal).catch((error: unknown) => {
      if (error instanceof TrunkError) return rpcError(error.code === "invalid_input" ? 400 : 500, -32000, error.message);
      throw error;
    });
    // What was not read of a refused request must not be taken for the next one.
    if (!request.complete) response.setHeader("connection", "close");
    await sendWebResponse(answered, response);
  }

  return { handle, ...answering };
}

async function route(
  tenant: Tenant,
  caller: Caller,
  request: IncomingMessage,
  body: unknown,
  origin: string,
  signal: AbortSignal,
): Promise<Response> {
  const scope = tenant.scopeFor(caller, narrowingOf(request.headers));
  const asked = toWebRequest(request, origin, signal);
  const { kind } = classifyInboundRequest({
    httpMethod: asked.method,
    ...(body === undefined ? {} : { body }),
    ...header("protocolVersionHeader", asked, "mcp-protocol-version"),
    ...header("mcpMethodHeader", asked, "mcp-method"),
    ...header("mcpNameHeader", asked, "mcp-name"),
  });
  return await (kind === "legacy" ? tenant.answerLegacy(asked, body, scope) : tenant.answerModern(asked, body, scope));
}

function notLetIn(gate: Gate, refusal: Refusal): Response {
  const { status, description } = refusal;
  if (status === 503) return rpcError(503, -32001, description, { "retry-after": "5" });
  return rpcError(status, -32001, description, status === 401 ? { "www-authenticate": challenge(gate, refusal) } : {});
}

function header<Key extends string>(key: Key, { headers }: Request, name: string): Record<Key, string> | object {
  const value = headers.get(name);
  return value === null ? {} : { [key]: value };
}

/** What is refused before anybody asks who it is. */
function refusal({ method, headers }: IncomingMessage): Response | undefined {
  if (method === "GET" || method === "DELETE") {
    return headers["mcp-session-id"] === undefined ? rpcError(405, -32000, "This endpoint takes POST.", { allow: "POST" }) : undefined;
  }
  if (method !== "POST") return rpcError(405, -32000, "This endpoint takes POST.", { allow: "POST" });
  const json = isJsonContentType(headers["content-type"] ?? null);
  return json ? undefined : rpcError(415, -32000, "The Content-Type must be application/json.");
}

async function parseBody(request: IncomingMessage, maxBytes: number): Promise<Response | { value: unknown }> {
  if (request.method !== "POST") return { value: undefined };
  const text = await readBody(request, maxBytes);
  if (text === undefined) return rpcError(413, -32000, `The request is longer than ${maxBytes} bytes.`);
  try {
    return { value: JSON.parse(text) };
  } catch {
    return rpcError(400, -32700, "The request is not JSON.");
  }
}

/** The scopes of which the caller lacks at least one; undefined when nothing is lacking. */
function lackingScopes(body: unknown, caller: Caller, ports: EndpointPorts): readonly AccessScope[] | undefined {
  const messages: unknown[] = Array.isArray(body) ? body : [body];
  const needed = messages.map((message) => neededScopes(message, ports));
  return needed.find((scopes) => !scopes.every((scope) => caller.scopes.includes(scope)));
}

function neededScopes(message: unknown, { effectOf }: EndpointPorts): readonly AccessScope[] {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } };
  const tool = method === "tools/call" && typeof params?.name === "string" ? params.name : undefined;
  return scopesFor((tool === undefined ? undefined : effectOf(tool)) ?? "read");
}
