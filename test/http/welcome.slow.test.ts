import { afterEach, describe, expect, test } from "vitest";
import { type Http, startHttp, toolCount } from "../support/http.ts";
import { send } from "../support/pages.ts";

let http: Http | undefined;
afterEach(async () => {
  await http?.close();
  http = undefined;
});

const browser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

/** The page as a person reads it. */
async function read(path: string, headers: Record<string, string> = browser) {
  const { status, headers: sent, body } = await send(`http://127.0.0.1:${http?.port}${path}`, { headers });
  const text = body
    .replaceAll(/<style>.*<\/style>/gs, "")
    .replaceAll("&#34;", '"')
    .replaceAll(/<[^>]*>/g, "");
  return { status, type: sent["content-type"], csp: sent["content-security-policy"], text };
}

describe("the address in a browser", () => {
  test.each(["/", "/mcp"])("%s says what this is, on whose trunks it works, and how to connect", async (path) => {
    http = await startHttp();
    const page = await read(path);
    expect(page).toMatchObject({ status: 200, type: "text/html; charset=utf-8", csp: expect.stringContaining("default-src 'none'") });
    expect(page.text).toContain("This is the sandbox");
    expect(page.text).toContain(`claude mcp add --transport http trunkline ${http.url}\n`);
    expect(page.text).toContain('"mcpServers"');
    expect(await toolCount(http.url)).toBeGreaterThan(20);
  });

  test("where callers need a token, it says so, and nothing of the tenants", async () => {
    http = await startHttp({ tenants: ["acme"] });
    const { text } = await read("/mcp");
    expect(text).toContain('--header "Authorization: Bearer YOUR_TOKEN"');
    expect(text).not.toMatch(/acme|sandbox|live/);
  });

  test("a client that asks for a stream, or names a session, is answered as before, and no path becomes a page", async () => {
    http = await startHttp();
    expect((await read("/mcp", { accept: "text/event-stream" })).status).toBe(405);
    expect((await read("/mcp", { accept: "application/json, text/event-stream, text/html" })).status).toBe(405);
    expect((await read("/mcp", { ...browser, "mcp-session-id": "gone" })).type).not.toContain("html");
    expect((await read("/mcp", {})).status).toBe(405);
    expect((await read("/nothing")).status).toBe(404);
  });

  test("another host's name that leads here gets no page", async () => {
    http = await startHttp();
    for (const path of ["/", "/mcp"]) expect((await read(path, { ...browser, host: "evil.example" })).status).toBe(403);
  });
});
