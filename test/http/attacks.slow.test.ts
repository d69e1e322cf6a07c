import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadSurface } from "../../src/mcp/surface.ts";
import { dial, envelope, type Http, post, startHttp, talk, toolCount } from "../support/http.ts";

const limits = { headersMs: 400, requestMs: 900, idleMs: 300, connections: 150, stalledMs: 2_000 };
const TOOLS = (await loadSurface()).tools.length;

let http: Http;
const rejections: unknown[] = [];
const note = (reason: unknown) => void rejections.push(reason);

beforeAll(async () => {
  process.on("unhandledRejection", note);
  http = await startHttp({ limits: { http: limits } });
});
afterAll(async () => {
  await http.close();
  process.off("unhandledRejection", note);
});
beforeEach(() => {
  rejections.length = 0;
});
afterEach(async () => {
  // Nothing failed unseen, and the next client is served.
  expect(await toolCount(http.url)).toBe(TOOLS);
  expect(rejections).toEqual([]);
});

const headersOf = (more: string[] = [], type = "application/json") =>
  ["POST /mcp HTTP/1.1", "Host: 127.0.0.1", `Content-Type: ${type}`, "Accept: application/json, text/event-stream", ...more].join("\r\n");
const request = (body: string, more: string[] = []) =>
  `${headersOf([`Content-Length: ${Buffer.byteLength(body)}`, ...more])}\r\n\r\n${body}`;
const statusesIn = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
const list = (id: number) => JSON.stringify({ jsonrpc: "2.0", id, method: "tools/list", params: { _meta: envelope } });
const modern = ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/list"];

describe("what is not a request", () => {
  test.each<[string, string | Buffer, number[]]>([
    ["garbage", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n", [400]],
    ["HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400]],
    ["null bytes in the target", "POST /mcp\0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", [400]],
    ["null bytes in a header", `${headersOf(["X-A: a\0b", "Content-Length: 0"])}\r\n\r\n`, [400]],
    ["a folded header", `${headersOf(["X-A: a\r\n b", "Content-Length: 0"])}\r\n\r\n`, [400]],
    [
      "a length and chunks",
      `${headersOf(["Content-Length: 4", "Transfer-Encoding: chunked"])}\r\n\r\n0\r\n\r\nGET /mcp HTTP/1.1\r\n`,
      [400],
    ],
    ["chunks and a length", `${headersOf(["Transfer-Encoding: chunked", "Content-Length: 4"])}\r\n\r\n0\r\n\r\n`, [400]],
    ["an encoding that hides chunks", `${headersOf(["Transfer-Encoding: xchunked"])}\r\n\r\n0\r\n\r\n`, [400]],
    ["chunked twice", `${headersOf(["Transfer-Encoding: chunked, chunked"])}\r\n\r\n0\r\n\r\n`, [400]],
    ["two lengths", `${headersOf(["Content-Length: 2", "Content-Length: 4"])}\r\n\r\n{}`, [400]],
    ["a negative length", `${headersOf(["Content-Length: -1"])}\r\n\r\n`, [400]],
    ["a chunk of no known size", `${headersOf(["Transfer-Encoding: chunked"])}\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`, [400]],
    ["a chunk beyond any size", `${headersOf(["Transfer-Encoding: chunked"])}\r\n\r\nffffffffffffffffff\r\n`, [400]],
    ["a header of 10 MB", `${headersOf([`X-A: ${"a".repeat(10_000_000)}`])}\r\n\r\n`, [431]],
    ["ten thousand headers", `${headersOf(Array.from({ length: 10_000 }, (_, at) => `X-${at}: a`))}\r\n\r\n`, [431]],
    ["no Host", "POST /mcp HTTP/1.1\r\n\r\n", [400]],
    ["two Hosts", `${headersOf(["Host: evil.example", "Content-Length: 0"])}\r\n\r\n`, [403]],
    ["a Host that only begins as ours", "GET /mcp HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n", [403]],
  ])("%s is refused, and its connection closed", async (_, bytes, statuses) => {
    const { answer, closed } = await talk(http.port, bytes);
    expect(closed).toBe(true);
    expect(statusesIn(answer)).toEqual(statuses);
  });

  test.each([
    ["an absolute target elsewhere", "POST http://evil.example/mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n", [404]],
    ["a target with a double slash", "POST //mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n", [404]],
    ["a path that climbs", "POST /mcp/../mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n", [404]],
    ["CONNECT", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n", []],
    [
      "a WebSocket",
      "GET /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n",
      [405],
    ],
    [
      "HTTP/2 by upgrade",
      "GET /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n",
      [405],
    ],
  ])("%s leads nowhere", async (_, bytes, statuses) => {
    const { answer, closed } = await talk(http.port, bytes);
    expect(closed).toBe(true);
    expect(statusesIn(answer)).toEqual(statuses);
  });
});

describe("what takes its time", () => {
  test.each<[string, string]>([
    ["a connection that says nothing", ""],
    ["half a request line", "POST /m"],
    ["headers that never end", `${headersOf()}\r\nX-A: `],
    ["a body that never comes", `${headersOf(["Content-Length: 100"])}\r\n\r\n`],
    ["half a body", `${headersOf(["Content-Length: 100"])}\r\n\r\n{"jsonrpc"`],
    ["half a chunk", `${headersOf(["Transfer-Encoding: chunked"])}\r\n\r\n64\r\n{"jsonrpc"`],
  ])("%s is closed in time", async (_, bytes) => {
    const { closed, answer } = await talk(http.port, bytes, 10_000);
    expect(closed).toBe(true);
    expect(statusesIn(answer).every((status) => status === 408)).toBe(true);
  });

  test("a byte at a time buys no more time", async () => {
    const socket = await dial(http.port);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const drip = setInterval(() => socket.write("X"), 50);
    socket.write(`${headersOf()}\r\nX-A: `);
    await closed;
    clearInterval(drip);
  });

  test("a client that reads nothing is cut off, however much it asked for", async () => {
    const socket = await dial(http.port);
    socket.pause();
    const closed = new Promise((resolve) => socket.once("close", resolve));
    for (let asked = 0; asked < 400; asked++) socket.write(request(list(asked), modern));
    // A client that does not read is not told: only a write meets the end of the connection.
    const nudge = setInterval(() => socket.write("X"), 100);
    await closed;
    clearInterval(nudge);
  });

  test("idle connections go", async () => {
    const { answer, closed } = await talk(http.port, request(list(1), modern));
    expect(statusesIn(answer)).toEqual([200]);
    expect(closed).toBe(true);
  });
});

describe("what is too much", () => {
  const long = "x".repeat(2 * 1024 * 1024);

  test.each<[string, string, number]>([
    ["a long body, as declared", request(JSON.stringify(long)), 413],
    [
      "a long body in chunks",
      `${headersOf(["Transfer-Encoding: chunked"])}\r\n\r\n${long.length.toString(16)}\r\n${long}\r\n0\r\n\r\n`,
      413,
    ],
    ["a body that is declared long and never sent", `${headersOf(["Content-Length: 99999999999"])}\r\n\r\n`, 413],
    ["a hundred thousand brackets", request("[".repeat(100_000) + "]".repeat(100_000)), 400],
    ["a hundred thousand objects", request(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`), 400],
    ["brackets that never close", request("[".repeat(100_000)), 400],
    [
      "a batch of a thousand",
      request(JSON.stringify(Array.from({ length: 1_000 }, (_, id) => ({ jsonrpc: "2.0", id, method: "ping" })))),
      400,
    ],
    ["an empty batch", request("[]"), 400],
    ["half an object", request('{"jsonrpc"'), 400],
    ["bytes that are no text", request("\xff\xfe\x00"), 400],
    ["nothing", request(""), 400],
    ["null", request("null"), 400],
    ["a number", request("1e999"), 400],
    ["a prototype", request('{"__proto__":{"method":"tools/list"},"constructor":1}'), 400],
  ])("%s is refused", async (_, bytes, status) => {
    const { answer } = await talk(http.port, bytes, 3_000);
    expect(statusesIn(answer)).toEqual([status]);
  });

  test.each([
    ["as deep as they may be", 55, 200, "invalid_input"],
    ["deeper than any walk bears", 100_000, 400, "-32600"],
  ])("arguments %s are refused in words, not by a crash", async (_, levels, status, words) => {
    const params = `{"name":"list_trunks","arguments":${'{"a":'.repeat(levels)}1${"}".repeat(levels)},"_meta":${JSON.stringify(envelope)}}`;
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
    const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "list_trunks" };
    const answer = await post(http.url, body, { headers });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(words);
  });

  test("pipelined requests are answered in turn", async () => {
    const { answer } = await talk(http.port, [1, 2, 3].map((id) => request(list(id), modern)).join(""));
    expect(statusesIn(answer)).toEqual([200, 200, 200]);
    expect([...answer.matchAll(/"id":(\d)[,}]/g)].map(([, id]) => Number(id))).toEqual([1, 2, 3]);
  });

  test("what hides behind a refused body is not taken for a request", async () => {
    const inner = request(list(7), modern);
    const { answer, closed } = await talk(http.port, `${headersOf([`Content-Length: ${inner.length}`], "text/plain")}\r\n\r\n${inner}`);
    expect(statusesIn(answer)).toEqual([415]);
    expect(closed).toBe(true);
  });
});

describe("what is asked in the wrong way", () => {
  const call = JSON.parse(list(1));

  test.each<[string, RequestInit, number]>([
    ["GET", { method: "GET" }, 405],
    ["GET of a session that never was", { method: "GET", headers: { "mcp-session-id": "x", accept: "text/event-stream" } }, 404],
    ["DELETE", { method: "DELETE" }, 405],
    ["DELETE of a session that never was", { method: "DELETE", headers: { "mcp-session-id": "x" } }, 404],
    ["PUT", { method: "PUT", body: "{}" }, 405],
    ["PATCH", { method: "PATCH", body: "{}" }, 405],
    ["OPTIONS", { method: "OPTIONS" }, 405],
    ["HEAD", { method: "HEAD" }, 405],
    ["plain text", { method: "POST", body: list(1), headers: { "content-type": "text/plain" } }, 415],
    ["a form", { method: "POST", body: new URLSearchParams({ a: "b" }) }, 415],
    ["almost JSON", { method: "POST", body: list(1), headers: { "content-type": "application/jsonp" } }, 415],
    ["another site's page", { method: "POST", body: list(1), headers: { origin: "https://evil.example" } }, 403],
    ["an opaque Origin", { method: "POST", body: list(1), headers: { origin: "null" } }, 403],
  ])("%s", async (_, init, status) => {
    expect((await fetch(http.url, init)).status).toBe(status);
  });

  test("TRACE", async () => {
    const { answer } = await talk(http.port, "TRACE /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: a=b\r\nConnection: close\r\n\r\n");
    expect(statusesIn(answer)).toEqual([405]);
    expect(answer).not.toContain("a=b");
  });

  test.each<[string, Record<string, string>, unknown, number, number]>([
    ["an unknown method", { "mcp-method": "no/such" }, { ...call, method: "no/such" }, 404, -32601],
    ["a method of the other era", { "mcp-method": "ping" }, { ...call, method: "ping" }, 404, -32601],
    ["no Mcp-Method", {}, call, 400, -32020],
    ["another Mcp-Method", { "mcp-method": "prompts/list" }, call, 400, -32020],
    ["another version than the body's", { "mcp-method": "tools/list", "mcp-protocol-version": "2025-11-25" }, call, 400, -32020],
    ["an Mcp-Name of another tool", { "mcp-method": "tools/call", "mcp-name": "list_trunks" }, renamed("get_trunk"), 400, -32020],
    ["no Mcp-Name", { "mcp-method": "tools/call" }, renamed("get_trunk"), 400, -32020],
  ])("%s", async (_, headers, body, status, code) => {
    const answer = await post(http.url, body, { headers: { "mcp-protocol-version": "2026-07-28", ...headers } });
    expect([answer.status, ((await answer.json()) as { error: { code: number } }).error.code]).toEqual([status, code]);
  });

  function renamed(name: string) {
    return { ...call, method: "tools/call", params: { ...call.params, name, arguments: {} } };
  }
});
