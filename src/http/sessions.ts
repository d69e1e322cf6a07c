import { randomUUID } from "node:crypto";
import {
  isInitializeRequest,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type McpServer,
  type RequestId,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import type { Clock } from "../core/clock.ts";
import { deliver, isQuiet, type QuietRights, toResponse } from "./quick-path/quiet-calls.ts";
import { rpcError, whenDone } from "./web-response.ts";

export interface SessionLimits {
  /** Open at once, of one tenant. */
  sessions: number;
  /** A session without any request or stream ends after this. */
  idleMs: number;
}

interface Session {
  transport: WebStandardStreamableHTTPServerTransport;
  principal: string;
  usedAt: number;
  /** Requests and streams that are not answered to their end. */
  open: number;
  /** Callers that wait for the end of a call, by its id; a call goes on when its client has gone. */
  running: Map<RequestId, Running>;
  isOver: boolean;
}

interface Running {
  /** Its answer goes to the caller that waits, and not into a stream. */
  quiet: boolean;
  /** Without an answer: it was cancelled, or the session ended. */
  ended(answer?: JSONRPCMessage): void;
}

/** Each request is answered by its own rights, not by those of the one that began the session. */
export interface SessionRequest extends QuietRights {
  request: Request;
  /** Undefined for GET and DELETE. */
  body: unknown;
  /** A server for a session that begins. */
  createServer(): Server | McpServer;
}

export interface Sessions {
  answer(request: SessionRequest): Promise<Response>;
  count(): number;
  /** Ends sessions that nobody used for long. */
  reap(): void;
  close(): Promise<void>;
}

/** Sessions of the 2025 era: one server each, kept in this process, known to the principal who began it alone. */
export function createSessions(limits: SessionLimits, clock: Clock): Sessions {
  const sessions = new Map<string, Session>();

  /** Handshakes that are not over yet: counted, so that many at once are not all let in. */
  let beginning = 0;

  async function begin(asked: SessionRequest): Promise<Response> {
    if (sessions.size + beginning >= limits.sessions) {
      return rpcError(503, -32000, "Too many sessions are open. Close one, or try again later.", { "retry-after": "30" });
    }
    beginning += 1;
    try {
      return await handshake(asked);
    } finally {
      beginning -= 1;
    }
  }

  async function handshake(asked: SessionRequest): Promise<Response> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, session),
    });
    const { clientId: principal } = asked.authInfo;
    const session: Session = { transport, principal, usedAt: clock.now(), open: 0, running: new Map(), isOver: false };
    await asked.createServer().connect(transport);
    watchCalls(session);
    const closed = transport.onclose;
    transport.onclose = () => {
      closed?.();
      session.isOver = true;
      if (transport.sessionId !== undefined) sessions.delete(transport.sessionId);
      for (const { ended } of session.running.values()) ended();
    };
    const answer = await serve(session, clock, asked);
    // A handshake that was refused leaves nothing behind.
    if (transport.sessionId === undefined) await transport.close();
    return answer;
  }

  return {
    answer: async (asked) => {
      const id = asked.request.headers.get("mcp-session-id");
      if (id === null) {
        if (asked.request.method === "POST" && isInitializeRequest(asked.body)) return await begin(asked);
        return rpcError(400, -32000, "This request needs the Mcp-Session-Id that initialize answered with.");
      }
      const session = sessions.get(id);
      // Does not reveal that another principal's session exists.
      if (session?.principal !== asked.authInfo.clientId) return noSession();
      return await serve(session, clock, asked);
    },
    count: () => sessions.size,
    reap: () => {
      for (const { open, usedAt, transport } of sessions.values()) {
        if (open === 0 && clock.now() - usedAt > limits.idleMs) void transport.close();
      }
    },
    close: async () => void (await Promise.all([...sessions.values()].map(({ transport }) => transport.close()))),
  };
}

function noSession(): Response {
  return rpcError(404, -32001, "There is no such session. Initialize a new one.");
}

async function serve(session: Session, clock: Clock, asked: SessionRequest): Promise<Response> {
  const { request, body, authInfo } = asked;
  const ids = requestsIn(body).map(({ id }) => id);
  if (new Set(ids).size < ids.length || ids.some((id) => session.running.has(id))) {
    return rpcError(400, -32600, "A request with this id is being answered in this session.");
  }
  session.open += 1;
  const done = () => {
    session.open -= 1;
    session.usedAt = clock.now();
  };
  if (isQuiet(request, body)) return await answerQuietly(session, body, asked).finally(done);
  const ended = Promise.all(ids.map((id) => new Promise<unknown>((resolve) => session.running.set(id, { quiet: false, ended: resolve }))));
  const answer = await session.transport.handleRequest(request, { authInfo, ...(body === undefined ? {} : { parsedBody: body }) });
  // A refused request gets no answer later.
  if (answer.status !== 200) for (const id of ids) end(session, id);
  return whenDone(answer, done, ended);
}

async function answerQuietly(session: Session, message: JSONRPCRequest, asked: SessionRequest): Promise<Response> {
  const answered = new Promise<JSONRPCMessage | undefined>((ended) => session.running.set(message.id, { quiet: true, ended }));
  deliver(message, asked.request, session.transport, asked);
  const answer = await answered;
  if (answer !== undefined) return await toResponse(answer, message, session.transport, asked.toolsJson);
  // A cancelled call has no answer.
  return session.isOver ? noSession() : new Response(null, { status: 202 });
}

/** The calls in a body; a reply to a question of the server's is none. */
export function requestsIn(body: unknown): { id: RequestId }[] {
  return (Array.isArray(body) ? body : [body]).filter((message) => typeof message?.method === "string" && isRequestId(message.id));
}

function isRequestId(id: unknown): id is RequestId {
  return typeof id === "string" || typeof id === "number";
}

function end({ running }: Session, id: RequestId, answer?: JSONRPCMessage): void {
  running.get(id)?.ended(answer);
  running.delete(id);
}

/** Ends a call when its answer is sent or its client cancels it; of a cancelled one the SDK would leave the stream open for nothing. */
function watchCalls(session: Session): void {
  const { transport } = session;
  const [send, receive] = [transport.send.bind(transport), transport.onmessage];
  transport.send = (message: JSONRPCMessage, options) => {
    const id = "method" in message ? undefined : message.id;
    const isQuiet = id !== undefined && session.running.get(id)?.quiet === true;
    const sent = isQuiet ? Promise.resolve() : send(message, options);
    if (id !== undefined) end(session, id, message);
    return sent;
  };
  transport.onmessage = (message, extra) => {
    receive?.(message, extra);
    const cancelled = cancelledId(message);
    if (cancelled === undefined) return;
    transport.closeSSEStream(cancelled);
    end(session, cancelled);
  };
}

function cancelledId(message: JSONRPCMessage): RequestId | undefined {
  if (!("method" in message) || message.method !== "notifications/cancelled") return undefined;
  const id = message.params?.["requestId"];
  return isRequestId(id) ? id : undefined;
}
