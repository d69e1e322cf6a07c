import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, dial, type Http, startHttp } from "../support/http.ts";

const SITE = "http://localhost:6274";
let http: Http;
beforeAll(async () => {
  http = await startHttp({ environment: { TRUNKLINE_ALLOWED_ORIGINS: `${SITE},https://console.example.com` } });
});
afterAll(() => http.close());

/** Asks as a browser does before it lets a page call. */
function preflight(origin: string): Promise<Response> {
  const wanted = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type,mcp-protocol-version,authorization",
  };
  return fetch(http.url, { method: "OPTIONS", headers: { origin, ...wanted } });
}

describe("a page of a site that the operator names", () => {
  test("is let through by its browser, and may read the session and why it was refused", async () => {
    for (const origin of [SITE, "https://console.example.com"]) {
      const { status, headers } = await preflight(origin);
      expect([status, headers.get("access-control-allow-origin"), headers.get("access-control-allow-methods")]).toEqual([
        204,
        origin,
        "POST, GET, DELETE",
      ]);
      expect(headers.get("access-control-allow-headers")).toBe("content-type,mcp-protocol-version,authorization");
    }
    const answer = await ask(http.url, "tools/list", {}, { headers: { origin: SITE } });
    expect([answer.status, answer.headers.get("access-control-allow-origin"), answer.headers.get("vary")]).toEqual([200, SITE, "origin"]);
    expect(answer.headers.get("access-control-expose-headers")).toContain("mcp-session-id");
  });

  test.each(["http://localhost:6275", "https://localhost:6274", "http://127.0.0.1:6274", "https://evil.example", "null"])(
    "a page of %s is not",
    async (origin) => {
      const { status, headers } = await preflight(origin);
      expect(status).toBeGreaterThan(400);
      expect(headers.get("access-control-allow-origin")).toBeNull();
      const answer = await ask(http.url, "tools/list", {}, { headers: { origin } });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    },
  );

  test("a client that is no browser is answered as before", async () => {
    const answer = await ask(http.url, "tools/list");
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, null]);
  });
});

test("a connection that never sent a byte does not hold up the end", async () => {
  const other = await startHttp({ limits: { drainMs: 600_000 } });
  const silent = await dial(other.port);
  const gone = new Promise((resolve) => silent.once("close", resolve));
  await other.close();
  await gone;
});
