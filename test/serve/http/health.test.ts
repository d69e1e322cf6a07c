import { afterEach, describe, expect, test } from "vitest";
import { type HostedServer, startHosted } from "./hosted.ts";

let server: HostedServer;
afterEach(() => server.close());

describe("the probes", () => {
  test("say yes where all is well", async () => {
    server = await startHosted();
    const alive = await fetch(`${server.origin}/healthz`);
    expect([alive.status, await alive.json()]).toEqual([200, { ok: true }]);
    const ready = await fetch(`${server.origin}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { ok: true, parts: { server: "ok", store: "ok" } }]);
    expect(ready.headers.get("cache-control")).toBe("no-store");
  });

  test.each(["/healthz", "/readyz"])("%s takes GET and HEAD, from whichever page or name", async (path) => {
    server = await startHosted();
    expect((await fetch(server.origin + path, { headers: { origin: "https://evil.example" } })).status).toBe(200);
    const head = await fetch(server.origin + path, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const post = await fetch(server.origin + path, { method: "POST" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("a store that fails makes a server alive but not ready; who asks is not told where it is", async () => {
    let down = true;
    const storeAnswers = async () => {
      if (down) throw new Error("connect ECONNREFUSED 10.1.2.3:5432");
    };
    server = await startHosted({ ports: { storeAnswers } });
    const ready = await fetch(`${server.origin}/readyz`);
    const text = await ready.text();
    expect([ready.status, JSON.parse(text)]).toEqual([503, { ok: false, parts: { server: "ok", store: "no answer" } }]);
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
    expect(server.log().filter(({ message }) => message === "the store does not answer")).toHaveLength(1);
    down = false;
    expect((await fetch(`${server.origin}/readyz`)).status).toBe(200);
  });

  test("a store that never answers is asked once, however many ask", async () => {
    let asked = 0;
    const storeAnswers = () => {
      asked += 1;
      return new Promise<void>(() => {});
    };
    server = await startHosted({ ports: { storeAnswers } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${server.origin}/readyz`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(asked).toBe(1);
  });
});
