import { randomUUID } from "node:crypto";
import { isInitializeRequest, type McpServer, type Server, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import type { Clock } from "../../core/clock.ts";
import { rpcError } from "./answers.ts";

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
}

export interface SessionRequest {
  request: Request;
  /** Undefined for GET and DELETE. */
  body: unknown;
  principal: string;
  /** A server for a session that begins. */
  createServer(): Server | McpServer;
}

export interface Sessions {
  answer(request: SessionRequest): Promise<Response>;
  count(): number;
  /** Ends what nobody used for long. */
  reap(): void;
  close(): Promise<void>;
}

/** Sessions of the 2025 era: one server each, kept in this process, known to the principal who began it alone. */
export function createSessions(limits: SessionLimits, clock: Clock): Sessions {
  const sessions = new Map<string, Session>();

  async function begin({ request, body, principal, createServer }: SessionRequest): Promise<Response> {
    if (sessions.size >= limits.sessions) {
      return rpcError(503, -32000, "Too many sessions are open. Close one, or try again later.", { "retry-after": "30" });
    }
    const session: Session = { transport: createTransport(), principal, usedAt: clock.now(), open: 0 };
    const { transport } = session;
    function createTransport(): WebStandardStreamableHTTPServerTransport {
      return new WebStandardStreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (id) => void sessions.set(id, session),
      });
    }
    await createServer().connect(transport);
    const closed = transport.onclose;
    transport.onclose = () => {
      closed?.();
      if (transport.sessionId !== undefined) sessions.delete(transport.sessionId);
    };
    const answer = await serve(session, request, body);
    // A handshake that was refused leaves nothing behind.
    if (transport.sessionId === undefined) await transport.close();
    return answer;
  }

  async function serve(session: Session, request: Request, body: unknown): Promise<Response> {
    session.open += 1;
    const answer = await session.transport.handleRequest(request, body === undefined ? {} : { parsedBody: body });
    return whenDone(answer, () => {
      session.open -= 1;
      session.usedAt = clock.now();
    });
  }

  return {
    answer: async (asked) => {
      const id = asked.request.headers.get("mcp-session-id");
      if (id === null) {
        if (asked.request.method === "POST" && isInitializeRequest(asked.body)) return await begin(asked);
        return rpcError(400, -32000, "This request needs the Mcp-Session-Id that initialize answered with.");
      }
      const session = sessions.get(id);
      // Another's session is as unknown as one that never was.
      if (session?.principal !== asked.principal) return rpcError(404, -32001, "There is no such session. Initialize a new one.");
      return await serve(session, asked.request, asked.body);
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

/** The same answer, and word when it was sent to its end or given up. */
function whenDone(answer: Response, done: () => void): Response {
  if (!answer.body) {
    done();
    return answer;
  }
  const reader = answer.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const part = await reader.read();
        if (!part.done) return controller.enqueue(part.value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      done();
    },
    cancel: async (reason) => {
      done();
      await reader.cancel(reason);
    },
  });
  return new Response(body, answer);
}
