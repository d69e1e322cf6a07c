import { request } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { tools } from "../../tools/index.ts";
import { sha256 } from "../support/hosted.ts";
import { callTool, type ServerOnSandbox, startOnSandbox } from "./on-sandbox.ts";
import { parseMetrics, type Sample, sum } from "./prometheus.ts";

const token = "canary-token-of-acme";
const scraper = "canary-token-of-prometheus";

let server: ServerOnSandbox;
afterEach(() => server.close());

const start = (settings: Record<string, string> = {}, metricsSha256 = sha256(scraper)) =>
  startOnSandbox(
    (tenant) => ({
      tokens: [
        { name: "canary-holder", sha256: sha256(token), tenant: "canary-acme" },
        { name: "other", sha256: sha256("other"), tenant: "canary-globex" },
      ],
      tenants: { "canary-acme": tenant, "canary-globex": { sandbox: true } },
      ...(metricsSha256 === "" ? {} : { metrics_sha256: metricsSha256 }),
    }),
    settings,
  );

async function scrape(): Promise<Sample[]> {
  const response = await fetch(`${server.origin}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/plain");
  return parseMetrics(await response.text());
}

const call = (tool: string, given: object = {}, headers: Record<string, string> = {}) =>
  callTool(server.origin, { tool, arguments: given, token, headers });
const created = async (trunk_name: string) =>
  (await call("exotel_create_trunk", { trunk_name })).body.result.structuredContent.trunk.trunk_id as string;

describe("what is counted", () => {
  test("calls by tool, outcome and tenant, with how long they took", async () => {
    server = await start();
    await created("one");
    await call("list_trunks", { provider: "exotel" });
    await call("list_trunks", { provider: "exotel" });
    await call("get_trunk", { provider: "exotel", trunk_id: "nobodys" });
    await callTool(server.origin, { tool: "list_trunks", token: "other" });
    const samples = await scrape();
    const acme = sha256("canary-acme").slice(0, 12);
    expect(sum(samples, "trunkline_calls_total", { tool: "list_trunks", outcome: "done", tenant: acme })).toBe(2);
    expect(sum(samples, "trunkline_calls_total", { tool: "get_trunk", outcome: "not_found", tenant: acme })).toBe(1);
    expect(sum(samples, "trunkline_calls_total", { tenant: sha256("canary-globex").slice(0, 12) })).toBe(1);
    expect(sum(samples, "trunkline_call_seconds_count", { tool: "list_trunks" })).toBe(3);
    expect(sum(samples, "trunkline_call_seconds_bucket", { tool: "list_trunks", le: "+Inf" })).toBe(3);
    expect(sum(samples, "process_resident_memory_bytes")).toBeGreaterThan(1e6);
  });

  test("calls to carriers, and those that were tried again", async () => {
    server = await start();
    server.sandbox.script({ kind: "status", provider: "exotel", method: "GET", status: 429, retry_after: "0" });
    await call("list_trunks", { provider: "exotel" });
    const samples = await scrape();
    const exotel = { carrier: "Exotel", operation: "list trunks" };
    expect(sum(samples, "trunkline_carrier_call_seconds_count", { ...exotel, outcome: "429" })).toBe(1);
    expect(sum(samples, "trunkline_carrier_call_seconds_count", { ...exotel, outcome: "2xx" })).toBe(1);
    expect(sum(samples, "trunkline_carrier_retries_total", { carrier: "Exotel" })).toBe(1);
  });

  test("what becomes of approvals", async () => {
    server = await start();
    const trunk_sid = await created("doomed");
    expect((await call("exotel_delete_trunk", { trunk_sid })).body.result.isError).toBe(true);
    const samples = await scrape();
    expect(sum(samples, "trunkline_approvals_total", { event: "asked" })).toBe(1);
    expect(sum(samples, "trunkline_approvals_total")).toBe(1);
    expect(sum(samples, "trunkline_calls_total", { tool: "exotel_delete_trunk", outcome: "approval_required" })).toBe(1);
  });

  test("what runs here, and whether the store answers", async () => {
    server = await start();
    const samples = await scrape();
    expect(sum(samples, "trunkline_build_info", { version: manifest.version, node: process.version })).toBe(1);
    expect(sum(samples, "trunkline_store_up")).toBe(1);
    expect(sum(samples, "trunkline_store_answer_seconds")).toBeGreaterThan(0);
  });

  test("what is being answered at this moment", async () => {
    server = await start();
    server.sandbox.script({ kind: "delay", delay_ms: 1_500, path: "exotel" });
    const slow = call("list_trunks", { provider: "exotel" });
    await expect.poll(() => server.sandbox.seen.length).toBeGreaterThan(0);
    expect(sum(await scrape(), "trunkline_requests_in_flight")).toBe(1);
    await slow;
    expect(sum(await scrape(), "trunkline_requests_in_flight")).toBe(0);
  });
});

describe("what never stands in /metrics", () => {
  test("a name, a number, a token, a tenant, or whatever a client makes up", async () => {
    server = await start();
    const trunk_sid = await created("canary_trunk");
    await call("exotel_map_phone_number", { trunk_sid, phone_number: "+918044319240" });
    await call("exotel_whitelist_ip", { trunk_sid, ip: "203.0.113.77" });
    await call("exotel_get_credentials", { trunk_sid });
    await call("canary_tool", {});
    await call("list_trunks", { provider: "canary_provider" }, { "x-request-id": "canary-request" });
    await call("exotel_delete_trunk", { trunk_sid });
    await callTool(server.origin, { tool: "list_trunks", token: "canary-wrong-token" });
    const response = await fetch(`${server.origin}/metrics`);
    const text = await response.text();
    const samples = parseMetrics(text);
    expect(sum(samples, "trunkline_calls_total")).toBeGreaterThan(4);
    for (const secret of ["canary", "8044319240", "203.0.113.77", trunk_sid, sha256(token), sha256(scraper)])
      expect(text).not.toContain(secret);
  });

  test("a label beyond the closed lists", async () => {
    server = await start();
    await created("labels");
    await call("canary_tool", {});
    await call("get_trunk", { provider: "exotel", trunk_id: "x" });
    const samples = (await scrape()).filter(({ name }) => name.startsWith("trunkline_"));
    const values = (label: string) => new Set(samples.flatMap(({ labels }) => labels[label] ?? []));
    expect(samples.length).toBeGreaterThan(20);
    for (const tool of values("tool")) expect(Object.keys(tools)).toContain(tool);
    for (const tenant of values("tenant")) expect(tenant).toMatch(/^[0-9a-f]{12}$/);
    for (const outcome of values("outcome")) expect(outcome).toMatch(/^([a-z_]+|[1-9]xx|429)$/);
    for (const carrier of values("carrier")) expect(["Exotel", "DIDWW", "Vyom"]).toContain(carrier);
    for (const operation of values("operation")) expect(operation).toMatch(/^[a-z' IP]+$/);
  });
});

/** With a Host of its own, which fetch does not allow. */
function statusOf(headers: Record<string, string>, method = "GET"): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${server.origin}/metrics`, { headers, method }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

describe("who may read them", () => {
  test.each<[string, Record<string, string>, number]>([
    ["a program of this machine", {}, 200],
    ["a page in a browser", { origin: "http://localhost:3000" }, 401],
    ["a page under a name that points here", { host: "evil.example" }, 401],
    ["somebody behind a proxy that was not named", { "x-forwarded-for": "203.0.113.7" }, 401],
    ["a proxy that says so in its own way", { via: "1.1 proxy" }, 401],
    ["who has the token, from wherever", { host: "metrics.example", via: "1.1 proxy", authorization: `Bearer ${scraper}` }, 200],
    ["who has a tenant's token", { host: "metrics.example", authorization: `Bearer ${token}` }, 401],
  ])("%s: %o gets %i", async (_, headers, status) => {
    server = await start();
    expect(await statusOf(headers)).toBe(status);
  });

  test("with a public URL, only who has the token: all peers are the proxy", async () => {
    server = await start({ TRUNKLINE_PUBLIC_URL: "https://trunkline.example" });
    expect(await statusOf({})).toBe(401);
    expect(await statusOf({ authorization: "Bearer wrong" })).toBe(401);
    expect(await statusOf({ authorization: `Bearer ${scraper}` })).toBe(200);
    expect(await statusOf({ authorization: `Bearer ${scraper}` }, "POST")).toBe(405);
  });

  test("nobody, with a public URL and no token", async () => {
    server = await start({ TRUNKLINE_PUBLIC_URL: "https://trunkline.example" }, "");
    expect(await statusOf({ authorization: "Bearer " })).toBe(401);
    expect(await statusOf({ authorization: `Bearer ${scraper}` })).toBe(401);
  });
});
