import type { Socket } from "node:net";
import { type JSONRPCRequest, Server } from "@modelcontextprotocol/server";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { createSessions } from "../../src/http/sessions.ts";
import { loadSurface } from "../../src/mcp/surface.ts";
import { ask, beginSession, dial, type Http, type HttpOptions, type Session, startHttp, toolCount } from "../support/http.ts";

const TOOLS = (await loadSurface()).tools.length;
const rejections: unknown[] = [];
const note = (reason: unknown) => void rejections.push(reason);
let http: Http | undefined;

beforeEach(() => {
  rejections.length = 0;
  process.on("unhandledRejection", note);
});
afterEach(async () => {
  await http?.close();
  http = undefined;
  process.off("unhandledRejection", note);
  expect(rejections).toEqual([]);
});

async function start(options: HttpOptions): Promise<Http> {
  http = await startHttp(options);
  return http;
}

const openSockets = () => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
const gone = (socket: Socket) =>
  new Promise<void>((resolve) => (socket.destroyed ? resolve() : void socket.once("close", () => resolve())));

describe("crowds", () => {
  test("10,000 requests of garbage on 100 connections: another client is served meanwhile, and nothing of them stays", async () => {
    const { port, url } = await start({ limits: { http: { headersMs: 2_000, requestMs: 2_000, idleMs: 300 } } });
    expect(await toolCount(url)).toBe(TOOLS);
    const [socketsBefore, memoryBefore] = [openSockets(), process.memoryUsage().heapUsed];
    const pieces = fc.sample(fc.oneof(fc.string({ maxLength: 300 }), fc.json(), fc.uint8Array({ maxLength: 300 })), 10_000);
    let sent = 0;
    const flood = Array.from({ length: 100 }, async () => {
      while (sent < pieces.length) {
        const socket = await dial(port);
        socket.resume();
        for (let at = 0; at < 10 && !socket.destroyed && sent < pieces.length; at++) socket.write(wrapped(pieces[sent++] ?? ""));
        socket.end();
        await gone(socket);
      }
    });
    let served = 0;
    const flooded = Promise.all(flood);
    const polite = (async () => {
      while (sent < pieces.length) {
        expect(await toolCount(url)).toBe(TOOLS);
        served += 1;
      }
    })();
    await Promise.all([flooded, polite]);
    expect(served).toBeGreaterThan(0);
    await expect.poll(openSockets).toBeLessThanOrEqual(socketsBefore + 2);
    expect(process.memoryUsage().heapUsed - memoryBefore).toBeLessThan(150e6);
  });

  test("beyond the connections that it holds, the server closes new ones, and serves again when there is room", async () => {
    const { port, url } = await start({ limits: { http: { connections: 20, headersMs: 1_000 } } });
    const flood = await Promise.all(Array.from({ length: 60 }, () => dial(port)));
    // Those it does not hold are closed at once, long before the others have been silent for too long.
    await expect.poll(() => flood.filter((socket) => socket.destroyed).length).toBeGreaterThanOrEqual(40);
    await Promise.all(flood.map(gone));
    expect(await toolCount(url)).toBe(TOOLS);
  });
});

/** Half of it is at least the frame of a request. */
function wrapped(piece: string | Uint8Array): string | Uint8Array {
  if (typeof piece !== "string" || piece.length % 2 === 0) return piece;
  return `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(piece)}\r\n\r\n${piece}`;
}

describe("sessions", () => {
  const LIMIT = 5;

  test("handshakes that arrive together are let in up to the cap, and the rest told to come later", async () => {
    const { url } = await start({ limits: { sessions: { sessions: LIMIT, idleMs: 60_000 } } });
    const begun = await Promise.all(Array.from({ length: 40 }, () => beginSession(url)));
    const refused = begun.filter((session) => session instanceof Response);
    expect(begun.length - refused.length).toBe(LIMIT);
    expect(refused.map(({ status, headers }) => [status, headers.get("retry-after")])).toEqual(Array(40 - LIMIT).fill([503, "30"]));
    // The era without sessions is not concerned.
    expect(await toolCount(url)).toBe(TOOLS);
  });

  test("nor do they slip in between a look and a step", async () => {
    const sessions = createSessions({ sessions: LIMIT, idleMs: 60_000 }, systemClock);
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1.0.0" } };
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const begin = () =>
      sessions.answer({
        request: new Request("http://127.0.0.1/mcp", { method: "POST", headers }),
        body: { jsonrpc: "2.0", id: 0, method: "initialize", params },
        authInfo: { token: "", clientId: "test", scopes: [] },
        createServer: () => new Server({ name: "test", version: "1.0.0" }),
      });
    await Promise.all(Array.from({ length: 40 }, begin));
    expect(sessions.count()).toBe(LIMIT);
    await sessions.close();
  });

  test.each([
    ["a broken number as its id", { id: 1.5 }, 400],
    ["a member too many", { more: true }, 400],
    ["parameters in a list", { params: [] }, 400],
    ["null for parameters", { params: null }, 400],
    ["a method that is not there", { method: "tools/lists" }, 200],
  ])("a list that is asked for with %s is answered all the same", async (_, wrong, status) => {
    const { url } = await start({});
    const session = (await beginSession(url)) as Session;
    const answer = await session.post({ jsonrpc: "2.0", id: 1, method: "tools/list", ...wrong });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain('"error"');
    expect((await session.post({ jsonrpc: "2.0", id: 1, method: "ping" })).status).toBe(200);
  });

  test.each([
    ["accept", "application/json", 406],
    ["mcp-protocol-version", "1999-01-01", 400],
  ])("nor is one that comes with a wrong %s", async (name, value, status) => {
    const { url } = await start({});
    const { id } = (await beginSession(url)) as Session;
    const headers = {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-session-id": id,
      [name]: value,
    };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    expect((await fetch(url, { method: "POST", headers, body })).status).toBe(status);
  });

  test("a read that hangs ends when it is cancelled, and when its session ends", async () => {
    const sessions = createSessions({ sessions: LIMIT, idleMs: 60_000 }, systemClock);
    const server = () => {
      const hanging = new Server({ name: "test", version: "1.0.0" }, { capabilities: { resources: {} } });
      hanging.setRequestHandler("resources/read", () => new Promise(() => {}));
      return hanging;
    };
    const post = (body: object, session: Record<string, string> = {}) => {
      const headers = { "content-type": "application/json", accept: "application/json, text/event-stream", ...session };
      const request = new Request("http://127.0.0.1/mcp", { method: "POST", headers });
      return sessions.answer({ request, body, authInfo: { token: "", clientId: "test", scopes: [] }, createServer: server });
    };
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1.0.0" } };
    const begun = await post({ jsonrpc: "2.0", id: 0, method: "initialize", params });
    const session = { "mcp-session-id": begun.headers.get("mcp-session-id") ?? "" };
    const read = (id: number): JSONRPCRequest => ({ jsonrpc: "2.0", id, method: "resources/read", params: { uri: "trunks://" } });
    const [first, second] = [post(read(1), session), post(read(2), session)];
    await post({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } }, session);
    expect((await first).status).toBe(202);
    await sessions.close();
    expect((await second).status).toBe(404);
  });

  test("what nobody used for long makes room", async () => {
    let now = systemClock.now();
    const { url } = await start({
      clock: { ...systemClock, now: () => now },
      limits: { sessions: { sessions: 1, idleMs: 60_000 }, reapMs: 10 },
    });
    const first = (await beginSession(url)) as Session;
    expect(await beginSession(url)).toBeInstanceOf(Response);
    now += 59_000;
    expect(await beginSession(url)).toBeInstanceOf(Response);
    now += 120_000;
    await expect.poll(() => beginSession(url)).not.toBeInstanceOf(Response);
    expect((await first.post({ jsonrpc: "2.0", id: 1, method: "ping" })).status).toBe(404);
  });
});

describe("one tenant's calls", () => {
  const options: HttpOptions = { tenants: ["anna", "boris"], forms: true, limits: { load: { calls: 3, streams: 2 }, drainMs: 500 } };
  const call = (id: number, name: string, args: object) => ({
    jsonrpc: "2.0",
    id,
    method: "tools/call",
    params: { name, arguments: args },
  });
  /** A removal asks a person, and waits for the answer. */
  const removal = (id: number) => call(id, "exotel_delete_trunk", { trunk_sid: "outbound" });

  async function anna(url: string): Promise<Session> {
    const session = (await beginSession(url, "anna")) as Session;
    await (await session.post(call(100, "exotel_create_trunk", { trunk_name: "outbound" }))).text();
    return session;
  }

  /** Calls that wait for a person, and the questions that they ask. */
  async function waiting({ post }: Session, ids: number[], signal?: AbortSignal): Promise<unknown[]> {
    const answers = await Promise.all(ids.map((id) => post(removal(id), signal)));
    const events = await Promise.all(answers.map(async ({ body }) => (await body?.getReader().read())?.value));
    return events.map((event) => JSON.parse(/^data: (.*)$/m.exec(Buffer.from(event ?? []).toString())?.[1] ?? "{}").id);
  }

  const annaList = (url: string) => ask(url, "tools/list", {}, { token: "anna" });

  test("count to their end: others are served, and what answers a question always gets in", async () => {
    const { url } = await start(options);
    const session = await anna(url);
    const questions = await waiting(session, [1, 2, 3]);
    const refused = await annaList(url);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
    expect(await toolCount(url, "boris")).toBe(TOOLS);
    const declined = await session.post({ jsonrpc: "2.0", id: questions[0], result: { action: "decline" } });
    expect(declined.status).toBe(202);
    await expect.poll(async () => (await annaList(url)).status).toBe(200);
  });

  test("go on when their client has gone, and count until it cancels them", async () => {
    const { url } = await start(options);
    const session = await anna(url);
    const gone = new AbortController();
    await waiting(session, [1, 2, 3], gone.signal);
    gone.abort();
    // A good while for the server to notice.
    for (let look = 0; look < 10; look++) expect((await annaList(url)).status).toBe(429);
    await session.post({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 2 } });
    await expect.poll(async () => (await annaList(url)).status).toBe(200);
  });

  test("end, streams and all, when their client cancels them or their session ends", async () => {
    const { url } = await start(options);
    const session = await anna(url);
    const answers = await Promise.all([1, 2, 3].map((id) => session.post(removal(id))));
    await session.post({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
    await answers[0]?.text();
    await fetch(url, { method: "DELETE", headers: { authorization: "Bearer anna", "mcp-session-id": session.id } });
    await Promise.all(answers.slice(1).map((answer) => answer.text()));
    const batch = Array.from({ length: 4 }, (_, id) => ({ jsonrpc: "2.0", id, method: "ping" }));
    const again = (await beginSession(url, "anna")) as Session;
    expect((await again.post(batch.slice(1))).status).toBe(200);
    expect((await again.post(batch)).status, "a batch is as many calls as it holds").toBe(429);
  });

  test("do not take an id that is in use", async () => {
    const { url } = await start(options);
    const session = await anna(url);
    await waiting(session, [1]);
    expect((await session.post(removal(1))).status).toBe(400);
    expect((await session.post([removal(2), removal(2)])).status).toBe(400);
  });

  test("streams have a cap of their own, and end with the server", async () => {
    const { url, close } = await start(options);
    const listen = () => ask(url, "subscriptions/listen", { notifications: { resourcesListChanged: true } }, { token: "anna" });
    const streams = await Promise.all([listen(), listen()]);
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);
    expect((await listen()).status).toBe(429);
    expect(await toolCount(url, "anna")).toBe(TOOLS);
    await streams[0]?.body?.cancel();
    await expect.poll(async () => (await listen()).status).toBe(200);
    http = undefined;
    await close();
    await streams[1]?.text();
  });
});
