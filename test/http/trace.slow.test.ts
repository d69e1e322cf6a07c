import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { token } from "../support/hosted.ts";
import { callTool, type ServerOnSandbox, startOnSandbox, type ToolCall } from "./on-sandbox.ts";

const inHeaders = "00-11111111111111111111111111111111-1111111111111111-01";
const inMeta = "00-22222222222222222222222222222222-2222222222222222-00";

let server: ServerOnSandbox;
beforeEach(async () => {
  server = await startOnSandbox((acme) => ({ tokens: [token("ann", "acme")], tenants: { acme } }));
});
afterEach(() => server.close());

const call = (asked: Omit<ToolCall, "token">) => callTool(server.origin, { ...asked, token: "ann" });
const sent = () => server.sandbox.seen.map(({ headers }) => headers as Record<string, string | undefined>);
const listTrunks = (more: Partial<ToolCall> = {}) => call({ tool: "list_trunks", arguments: { provider: "exotel" }, ...more });

describe("the id of a request", () => {
  test("stands in the answer, in the carrier's log, in ours and in the journal", async () => {
    const { headers, body } = await call({ tool: "exotel_create_trunk", arguments: { trunk_name: "traced" } });
    const id = headers.get("x-request-id");
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.result.structuredContent.trunk).toBeDefined();
    expect(sent().length).toBeGreaterThan(0);
    expect(sent().map((carrier) => carrier["x-request-id"])).toEqual(sent().map(() => id));
    const about = server.log().filter(({ message }) => message === "carrier call" || message === "call done");
    expect(about.length).toBeGreaterThan(1);
    expect(about.map(({ request_id }) => request_id)).toEqual(about.map(() => id));
  });

  test("is another one for each request, and the reference of a failure", async () => {
    const first = await listTrunks();
    const failed = await call({ tool: "get_trunk", arguments: { provider: "exotel", trunk_id: "nobodys" } });
    expect(JSON.parse(failed.body.result.content.at(-1).text).request_id).toBe(failed.headers.get("x-request-id"));
    expect(failed.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
  });

  test.each(["a", "A-b_c.9", "x".repeat(64)])("may be the client's own: %s", async (id) => {
    const { headers } = await listTrunks({ headers: { "x-request-id": id } });
    expect(headers.get("x-request-id")).toBe(id);
    expect(sent()[0]?.["x-request-id"]).toBe(id);
  });

  test.each([
    ["too long", "x".repeat(65)],
    ["with a space", "a b"],
    ["with markup", "<b>"],
    ["two of them", "a, b"],
    ["that of a plan's step", "plan_abc.1"],
  ])("is ours where the client's is %s", async (_, id) => {
    const { headers } = await listTrunks({ headers: { "x-request-id": id } });
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("stands in a line about the request, which does not repeat its URL", async () => {
    const { headers } = await fetch(`${server.origin}/approve/canary?canary`);
    const line = () => server.log().find(({ message, request_id }) => message === "request" && request_id === headers.get("x-request-id"));
    await expect.poll(line).toMatchObject({ level: "debug", method: "GET", status: 200, sent: true });
    expect(JSON.stringify(line())).not.toContain("canary");
  });

  test("is also told to who is not let in, or asks for what is not there", async () => {
    for (const path of ["/mcp", "/nowhere", "/healthz"]) {
      expect((await fetch(`${server.origin}${path}`)).headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  // The claim of a write was held under the request's id: two calls with one id would both have got it.
  test("does not let two equal writes pass that bring the same one", async () => {
    server.sandbox.script({ kind: "delay", method: "POST", delay_ms: 300, times: 2 });
    const write = () => call({ tool: "exotel_create_trunk", arguments: { trunk_name: "twice" }, headers: { "x-request-id": "same" } });
    const answers = await Promise.all([write(), write()]);
    expect(answers.map(({ body }) => body.result.isError === true).sort()).toEqual([false, true]);
    expect(server.sandbox.seen.filter(({ method }) => method === "POST")).toHaveLength(1);
  });
});

describe("W3C trace context", () => {
  test.each([
    ["from headers", { headers: { traceparent: inHeaders, tracestate: "a=1" } }, inHeaders, "a=1"],
    ["from _meta", { meta: { traceparent: inMeta, tracestate: "b=2" } }, inMeta, "b=2"],
    [
      "from _meta before headers, whole",
      { headers: { traceparent: inHeaders, tracestate: "a=1" }, meta: { traceparent: inMeta } },
      inMeta,
      undefined,
    ],
    [
      "from headers where _meta has no sense",
      { headers: { traceparent: inHeaders }, meta: { traceparent: "00-1-2-3" } },
      inHeaders,
      undefined,
    ],
  ])("%s goes on to the carrier, under a span of its own", async (_, given, parent, state) => {
    await listTrunks(given);
    await listTrunks(given);
    const [trace, span, flags] = parent.split("-").slice(1);
    const spans = sent().map(({ traceparent = "" }) => traceparent.split("-"));
    expect(spans.length).toBeGreaterThan(1);
    for (const [version, id, , flag] of spans) expect([version, id, flag]).toEqual(["00", trace, flags]);
    expect(new Set([span, ...spans.map(([, , own]) => own)]).size).toBe(spans.length + 1);
    expect(sent().map(({ tracestate }) => tracestate)).toEqual(sent().map(() => state));
  });

  test("is not made up, and not passed on when it is malformed", async () => {
    await listTrunks();
    await listTrunks({ headers: { traceparent: `${inHeaders}-x`, tracestate: "a=1" }, meta: { traceparent: 7, tracestate: "b=2" } });
    expect(sent().length).toBeGreaterThan(1);
    expect(sent().filter(({ traceparent, tracestate }) => traceparent !== undefined || tracestate !== undefined)).toEqual([]);
  });
});
