import type { IncomingMessage, ServerResponse } from "node:http";
import { classifyInboundRequest, isJsonContentType, SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/server";
import {
  type AccessScope,
  type Caller,
  challenge,
  type Gate,
  isRefusal,
  type Refusal,
  scopeChallenge,
  scopesFor,
} from "../../auth/caller.ts";
import { TrunkError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Effect } from "../../core/tool.ts";
import { parseBody } from "../json-body.ts";
import type { Handler } from "../listener.ts";
import { createInFlight, type LoadLimits, type RequestLoad } from "../load-limits.ts";
import { narrowingOf } from "../narrowing-headers.ts";
import { isEndless, type OpenResponses } from "../open-responses.ts";
import { toWebRequest } from "../quick-path/light-request.ts";
import { noteRefusal } from "../refused.ts";
import { requestsIn } from "../sessions.ts";
import type { Tenant } from "../tenants/tenant.ts";
import { rpcError, sendWebResponse, signalOfClose } from "../web-response.ts";

export interface EndpointPorts {
  gate(): Gate;
  tenant(id: string): Tenant | undefined;
  effectOf(tool: string): Effect | undefined;
  /** The address of this server, which web requests are given. */
  origin(): string;
  responses: Pick<OpenResponses, "add">;
  maxBody: number;
  load?: LoadLimits | undefined;
  log: Log;
}

const MODERN = "2026-07-28";
const defaultLoad: LoadLimits = { calls: 1_000, streams: 500 };

/** A request that was let in, with what it says. */
interface Admitted {
  tenant: Tenant;
  caller: Caller;
  body: unknown;
  leave(): void;
}

/** `/mcp`, both eras of the protocol. */
export function createEndpoint(ports: EndpointPorts): Handler {
  const enter = createInFlight(ports.load ?? defaultLoad);

  async function admit(request: IncomingMessage, response: ServerResponse): Promise<Admitted | Response> {
    const refused = refusal(request);
    if (refused) return refused;
    const gate = ports.gate();
    const caller = await gate.check(request.headers.authorization);
    if (isRefusal(caller)) return notLetIn(gate, caller);
    const tenant = ports.tenant(caller.tenant);
    if (!tenant) return rpcError(403, -32001, "This token is good, but its tenant is not served here.");
    ports.responses.add(tenant, request, response);
    const body = await parseBody(request, ports.maxBody);
    if (body instanceof Response) return body;
    const lacking = lackingScopes(body.value, caller, ports);
    if (lacking) {
      return rpcError(403, -32001, `This call needs ${lacking.join(" and ")}.`, { "www-authenticate": scopeChallenge(gate, lacking) });
    }
    const leave = enter(caller.tenant, loadOf(request, body.value));
    return leave instanceof Response ? leave : { tenant, caller, body: body.value, leave };
  }

  async function answer({ tenant, caller, body }: Admitted, request: IncomingMessage, response: ServerResponse): Promise<Response> {
    const scope = tenant.scopeFor(caller, narrowingOf(request.headers));
    const asked = toWebRequest(request, ports.origin(), signalOfClose(response));
    return await (isLegacy(asked, body) ? tenant.answerLegacy(asked, body, scope) : tenant.answerModern(asked, body, scope));
  }

  return async (request, response) => {
    const admitted = await admit(request, response).catch(refuseInWords);
    // The unread rest of a refused request must not be taken for the next one.
    if (!request.complete) response.setHeader("connection", "close");
    if (admitted instanceof Response) {
      await noteRefusal(admitted, request, response, ports.log);
      return await sendWebResponse(admitted, response);
    }
    try {
      await sendWebResponse(await answer(admitted, request, response).catch(refuseInWords), response);
    } finally {
      admitted.leave();
    }
  };
}

function refuseInWords(error: unknown): Response {
  if (!(error instanceof TrunkError)) throw error;
  return rpcError(error.code === "invalid_input" ? 400 : 500, -32000, error.message);
}

/** A request that names a version is answered by its rules, refusals included; of others the SDK decides. */
function isLegacy(asked: Request, body: unknown): boolean {
  const version = asked.headers.get("mcp-protocol-version");
  if (version === MODERN) return false;
  if (version !== null && SUPPORTED_PROTOCOL_VERSIONS.includes(version) && isPlain(body)) return true;
  const { kind } = classifyInboundRequest({
    httpMethod: asked.method,
    ...(body === undefined ? {} : { body }),
    ...(version === null ? {} : { protocolVersionHeader: version }),
    ...header("mcpMethodHeader", asked, "mcp-method"),
    ...header("mcpNameHeader", asked, "mcp-name"),
  });
  return kind === "legacy";
}

/** One message without any `_meta`, in which a version could stand that contradicts the header. */
function isPlain(body: unknown): boolean {
  if (body === null || typeof body !== "object" || Array.isArray(body)) return false;
  const { params } = body as { params?: { _meta?: unknown } | null };
  return params?._meta === undefined;
}

function loadOf(request: IncomingMessage, body: unknown): RequestLoad {
  return isEndless(request) ? { kind: "streams", count: 1 } : { kind: "calls", count: requestsIn(body).length };
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

/** Refuses a request before its token is checked. */
function refusal({ method, headers }: IncomingMessage): Response | undefined {
  // GET and DELETE are about a session.
  if (method !== "POST") {
    return headers["mcp-session-id"] === undefined
      ? rpcError(405, -32000, "Without a session this endpoint takes POST.", { allow: "POST, GET, DELETE" })
      : undefined;
  }
  const json = isJsonContentType(headers["content-type"] ?? null);
  return json ? undefined : rpcError(415, -32000, "The Content-Type must be application/json.");
}

/** The needed scopes, of which the caller lacks at least one; undefined when none is lacking. */
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
