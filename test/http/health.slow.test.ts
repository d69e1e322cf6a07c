import { afterEach, describe, expect, test } from "vitest";
import { silentLog } from "../../src/core/log.ts";
import { startHttpServer } from "../../src/http/listener.ts";
import { createHealth, type HealthPorts } from "../../src/http/routes/health.ts";
import { token } from "../support/hosted.ts";
import { startOnSandbox } from "./on-sandbox.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function start(ports: Partial<HealthPorts>): Promise<string> {
  const health = createHealth({ storeAnswers: async () => {}, draining: () => false, log: silentLog, ...ports });
  const common = { methods: ["GET"], enter: () => undefined };
  const routes = [
    { path: "/healthz", ...common, handle: health.alive },
    { path: "/readyz", ...common, handle: health.ready },
  ];
  const server = await startHttpServer({ host: "127.0.0.1", port: 0, routes, log: silentLog });
  open.push(() => server.drain(1_000));
  return `http://127.0.0.1:${server.port}`;
}

const answerOf = async (response: Response) => [response.status, await response.json()];

test("a whole server says yes where all is well", async () => {
  const server = await startOnSandbox((acme) => ({ tokens: [token("ann", "acme")], tenants: { acme, trial: { sandbox: true } } }));
  open.push(server.close);
  expect(await answerOf(await fetch(`${server.origin}/healthz`))).toEqual([200, { ok: true }]);
  const ready = await fetch(`${server.origin}/readyz`);
  expect(ready.headers.get("cache-control")).toBe("no-store");
  expect(await answerOf(ready)).toEqual([200, { ok: true, parts: { server: "ok", store: "ok" } }]);
});

describe("the probes", () => {
  test.each(["/healthz", "/readyz"])("%s takes GET and HEAD, from whichever page or name", async (path) => {
    const server = await startOnSandbox((acme) => ({ tokens: [token("ann", "acme")], tenants: { acme } }));
    open.push(server.close);
    expect((await fetch(server.origin + path, { headers: { origin: "https://evil.example" } })).status).toBe(200);
    const head = await fetch(server.origin + path, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const post = await fetch(server.origin + path, { method: "POST" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("a store that fails makes a server alive but not ready; the log says why, the answer does not", async () => {
    let down = true;
    const logged: unknown[] = [];
    const storeAnswers = async () => {
      if (down) throw new Error("connect ECONNREFUSED 10.1.2.3:5432");
    };
    const origin = await start({ storeAnswers, log: { ...silentLog, warn: (fields) => logged.push(fields["error"]) } });
    expect(await answerOf(await fetch(`${origin}/readyz`))).toEqual([503, { ok: false, parts: { server: "ok", store: "no answer" } }]);
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    expect(logged).toEqual([expect.objectContaining({ message: expect.stringContaining("ECONNREFUSED") })]);
    down = false;
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  });

  test("a store that never answers is asked once, however many ask", async () => {
    let asked = 0;
    const storeAnswers = () => {
      asked += 1;
      return new Promise<void>(() => {});
    };
    const origin = await start({ storeAnswers });
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${origin}/readyz`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(asked).toBe(1);
  });

  test("a server that is stopping is not ready, though its store answers", async () => {
    const origin = await start({ draining: () => true });
    expect(await answerOf(await fetch(`${origin}/readyz`))).toEqual([503, { ok: false, parts: { server: "draining", store: "ok" } }]);
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  });
});
