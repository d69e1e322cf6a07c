import {
  type AuthInfo,
  isJSONRPCRequest,
  type JSONRPCMessage,
  type JSONRPCRequest,
  SUPPORTED_PROTOCOL_VERSIONS,
  type WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { TOOLS_FOLLOW } from "../../mcp/server.ts";
import { withReadyBody } from "./ready-body.ts";
import { asksForTools, withTools } from "./tools-json.ts";

type Transport = WebStandardStreamableHTTPServerTransport;

/** The part of a request's rights that its answer needs. */
export interface QuietRights {
  authInfo: AuthInfo;
  /** The tools of the request's scope as JSON, where its server leaves them out when it is told to. */
  toolsJson?: (() => Buffer) | undefined;
}

/** Methods that are answered by one message and nothing beside it. The SDK opens a stream for each request; these need none. */
const quietMethods = new Set([
  ...["ping", "tools/list", "prompts/list", "prompts/get", "completion/complete"],
  ...["resources/list", "resources/templates/list", "resources/read"],
]);

/** True only of a request that is right in every detail: anything else the SDK refuses in its own words. */
export function isQuiet({ headers }: Request, body: unknown): body is JSONRPCRequest {
  if (!isJSONRPCRequest(body) || !quietMethods.has(body.method) || body.params?._meta !== undefined) return false;
  const accepted = headers.get("accept") ?? "";
  const version = headers.get("mcp-protocol-version");
  const isKnown = version === null || SUPPORTED_PROTOCOL_VERSIONS.includes(version);
  return isKnown && ["application/json", "text/event-stream"].every((type) => accepted.includes(type));
}

/** Gives the message to the session's server, whose answer `transport.send` then gets. */
export function deliver(message: JSONRPCRequest, request: Request, transport: Transport, { authInfo, toolsJson }: QuietRights): void {
  const extra = { ...authInfo.extra, [TOOLS_FOLLOW]: toolsJson !== undefined && asksForTools(message) };
  transport.onmessage?.(message, { authInfo: { ...authInfo, extra }, request });
}

export async function toResponse(
  answer: JSONRPCMessage,
  message: JSONRPCRequest,
  { sessionId }: Transport,
  toolsJson: QuietRights["toolsJson"],
): Promise<Response> {
  const headers = sessionId === undefined ? {} : { "mcp-session-id": sessionId };
  const sent = withReadyBody(new Response(null, { headers }), JSON.stringify(answer));
  return toolsJson && asksForTools(message) ? await withTools(sent, toolsJson()) : sent;
}
