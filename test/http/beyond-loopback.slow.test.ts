import dns from "node:dns";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ask, type Http, type HttpOptions, startHttp } from "../support/http.ts";
import { start } from "../support/process.ts";

let http: Http | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await http?.close();
  http = undefined;
});

async function serve(environment: Record<string, string>, tenants: string[] = []): Promise<Http> {
  const options: HttpOptions = { environment, tenants };
  http = await startHttp(options);
  return http;
}

/** The machine's tables say that this name is that address. */
function resolves(name: string, address: string): void {
  const real = dns.lookup;
  vi.spyOn(dns, "lookup").mockImplementation(((host: string, ...given: unknown[]) => {
    const callback = given.at(-1) as (error: null, found: unknown, family?: number) => void;
    if (host !== name) return (real as (...all: unknown[]) => void)(host, ...given);
    const { all } = (typeof given[0] === "object" ? given[0] : {}) as { all?: boolean };
    process.nextTick(() => (all ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4)));
  }) as never);
}

describe("without a tenants file, trunkline http", () => {
  test.each([
    ["a public URL", { TRUNKLINE_PUBLIC_URL: "https://trunkline.bank.example" }, "TRUNKLINE_PUBLIC_URL"],
    ["all addresses", { TRUNKLINE_LISTEN: "0.0.0.0:0" }, "0.0.0.0"],
    ["a name that only looks like loopback", { TRUNKLINE_LISTEN: "127.bank.internal:0" }, "127.bank.internal"],
  ])("ends with 1 and one sentence, given %s", async (_, given, named) => {
    const folder = mkdtempSync(join(tmpdir(), "trunkline-open-"));
    const running = start(["http"], { TRUNKLINE_HOME: folder, TRUNKLINE_LISTEN: "127.0.0.1:0", ...given });
    expect(await running.exit()).toBe(1);
    expect(running.stderr()).toContain(named);
    expect(running.stderr()).toContain("Set TRUNKLINE_TENANTS");
    expect(running.stderr().trim().split("\n")).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });

  test("starts with a public URL of this machine", async () => {
    const { url } = await serve({ TRUNKLINE_PUBLIC_URL: "http://localhost:3000" });
    expect(url).toBe("http://localhost:3000/mcp");
  });

  test("does not serve on localhost where that is another address", async () => {
    resolves("localhost", "0.0.0.0");
    await expect(serve({ TRUNKLINE_LISTEN: "localhost:0" })).rejects.toThrow("localhost, which is 0.0.0.0 here");
  });

  test("serves on localhost where that is this machine", async () => {
    expect((await ask((await serve({ TRUNKLINE_LISTEN: "localhost:0" })).url, "tools/list")).status).toBe(200);
  });

  test.each([
    ["forwarded", "for=203.0.113.7"],
    ["x-forwarded-for", "203.0.113.7"],
    ["x-forwarded-host", "trunkline.bank.example"],
    ["x-forwarded-proto", "https"],
    ["x-forwarded-prefix", ""],
    ["x-original-forwarded-for", "203.0.113.7"],
    ["x-real-ip", "203.0.113.7"],
    ["x-client-ip", "203.0.113.7"],
    ["true-client-ip", "203.0.113.7"],
    ["cf-connecting-ip", "203.0.113.7"],
    ["via", "1.1 proxy"],
  ])("takes no request that brings %s", async (name, value) => {
    const { url } = await serve({});
    const headers = { [name]: value };
    expect((await ask(url, "tools/list")).status).toBe(200);
    expect((await ask(url, "tools/list", {}, { headers })).status).toBe(403);
    const page = url.replace("/mcp", "/approve/apr_x");
    expect((await fetch(page)).status).toBe(404);
    expect((await fetch(page, { headers })).status).toBe(403);
    expect((await fetch(url.replace("/mcp", "/secret/x"), { headers })).status).toBe(403);
    expect((await fetch(url.replace("/mcp", "/metrics"), { headers })).status).toBe(401);
    expect((await fetch(url.replace("/mcp", "/healthz"), { headers })).status).toBe(200);
  });
});

test("with a tenants file a proxy may stand before the server", async () => {
  const { port } = await serve({ TRUNKLINE_PUBLIC_URL: "https://trunkline.example" }, ["anna"]);
  const headers = { "x-forwarded-for": "203.0.113.7" };
  const answer = await ask(`http://127.0.0.1:${port}/mcp`, "tools/list", {}, { headers, token: "anna" });
  expect(answer.status).toBe(200);
});
