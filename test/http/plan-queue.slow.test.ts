import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { silentLog } from "../../src/core/log.ts";
import { Secret } from "../../src/core/secret.ts";
import type { LeftPlan } from "../../src/core/store/plan-queue.ts";
import { providers } from "../../src/providers/index.ts";
import { type Fault, type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { openDatabase } from "../../src/store/open.ts";
import { openQueue } from "../../src/store/queue.ts";
import { type Hosted, startHosted, token } from "../support/hosted.ts";
import { onServer, type Postgres, startPostgres } from "../support/postgres.ts";
import { type Running, start } from "../support/process.ts";
import { clientOf, connectTo, toAnswer } from "../support/trunkline.ts";

const NUMBERS = 8;
/** The trunk, its numbers and two addresses. */
const STEPS = NUMBERS + 3;

let postgres: Postgres;
let carrier: Sandbox;
let environment: Record<string, string>;
let file: object;
let folder: string;

beforeAll(async () => {
  postgres = await startPostgres();
  carrier = await startSandbox(providers, {});
  folder = mkdtempSync(join(tmpdir(), "trunkline-queue-"));
  environment = {
    TRUNKLINE_STORE: await postgres.database(),
    TRUNKLINE_MASTER_KEY: randomBytes(32).toString("base64"),
    ACME_KEY: "sandbox-key",
  };
  const settings = { EXOTEL_ACCOUNT_SID: "sandbox", EXOTEL_API_KEY: "env:ACME_KEY", EXOTEL_API_TOKEN: "env:ACME_TOKEN" };
  environment["ACME_TOKEN"] = "sandbox-token";
  file = {
    tokens: [token("alice", "acme")],
    tenants: { acme: { carriers: { ...settings, EXOTEL_BASE_URL: carrier.urlOf("exotel") } } },
  };
  writeFileSync(join(folder, "tenants.json"), JSON.stringify(file));
});
afterEach(() => void carrier.clearFaults());
afterAll(async () => {
  await carrier.close();
  await postgres.stop();
  rmSync(folder, { recursive: true });
});

/** A replica as a process of its own. */
async function startReplica(): Promise<Running & { url: string }> {
  const own = { TRUNKLINE_HOME: folder, TRUNKLINE_LISTEN: "127.0.0.1:0", TRUNKLINE_TENANTS: join(folder, "tenants.json") };
  const running = start(["http"], { ...environment, ...own });
  await expect.poll(() => running.stderr()).toContain("serves MCP at");
  return { ...running, url: /http:\S+\/mcp/.exec(running.stderr())?.[0] ?? "" };
}

async function clientAt(url: string) {
  const client = clientOf("v2");
  await connectTo(client, url, { authorization: "Bearer alice" });
  return { client, call: async (name: string, args: object) => toAnswer(await client.callTool({ name, arguments: { ...args } })) };
}

const posts = (path: string) => carrier.seen.filter((seen) => seen.method === "POST" && seen.path.endsWith(path)).length;

/** Ends where its numbers are with the carrier, in the way that is scripted. */
async function applyHalf(url: string, trunk: string, first: number, faults: Fault[]) {
  const { client, call } = await clientAt(url);
  const numbers = Array.from({ length: NUMBERS }, (_, index) => `+9180443${first + index}`);
  const ips = ["44.248.146.11", "44.248.146.12"];
  const { plan_id } = (await call("plan_trunk", { provider: "exotel", use_case: "outbound", trunk, numbers, ips })).value;
  for (const fault of faults) carrier.script({ ...fault, path: "phone-numbers", times: NUMBERS });
  const before = posts("phone-numbers");
  const applying = call("apply_plan", { plan_id }).catch(() => undefined);
  await expect.poll(() => posts("phone-numbers") - before).toBe(NUMBERS);
  return { client, applying, plan_id };
}

test("three replicas: what one leaves that is killed, another finishes, each step once", { timeout: 90_000 }, async () => {
  const doomed = await startReplica();
  const others = [await startHosted(file, environment), await startHosted(file, environment)];
  const asked = carrier.seen.length;
  const { applying, client, plan_id } = await applyHalf(doomed.url, "killed", 19_000, [
    { kind: "lost", method: "POST" },
    { kind: "stall", method: "GET" },
  ]);
  doomed.child.kill("SIGKILL");
  await applying;
  carrier.clearFaults();
  const { call } = await (others[0] as Hosted).client("alice");
  // Nobody calls apply_plan again.
  await expect
    .poll(async () => (await call("get_plan", { plan_id })).value, { timeout: 30_000, interval: 500 })
    .toMatchObject({ state: "done", done: STEPS, not_done: 0 });
  const writes = carrier.seen.slice(asked).filter(({ method }) => method !== "GET");
  expect(writes).toHaveLength(STEPS);
  expect(new Set(writes.map(({ path, body }) => `${path} ${body}`)).size).toBe(STEPS);
  const handed = await onServer(environment["TRUNKLINE_STORE"] ?? "", "SELECT data FROM trunkline_queue.job WHERE name = 'plans'");
  expect(handed).toContainEqual({ data: { tenant: "acme", plan: plan_id } });
  await client.close().catch(() => {});
  await Promise.all(others.map((other) => other.close()));
});

test("a replica that is told to end lets go of its plan between two steps, and another goes on", { timeout: 90_000 }, async () => {
  const leaving = await startReplica();
  const other = await startHosted(file, environment);
  const { applying, client, plan_id } = await applyHalf(leaving.url, "left", 29_000, [{ kind: "delay", delay_ms: 3_000 }]);
  // Else the other may have done the rest before this one has said how far it is.
  carrier.script({ kind: "delay", delay_ms: 3_000, path: "whitelisted-ips", times: 2 });
  leaving.child.kill("SIGTERM");
  // Whoever waits at it is answered, with how far it is.
  expect((await applying)?.value).toMatchObject({ plan_id, state: "running" });
  await client.close().catch(() => {});
  expect(await leaving.exit()).toBe(0);
  const { call } = await other.client("alice");
  await expect
    .poll(async () => (await call("get_plan", { plan_id })).value, { timeout: 30_000, interval: 500 })
    .toMatchObject({ state: "done", done: STEPS });
  await other.close();
});

test("a plan waits in the queue once, and is handed out again after it was handed out", async () => {
  const url = new Secret(await postgres.database());
  const { sql } = await openDatabase({ url, masterKey: new Secret(randomBytes(32).toString("base64")) });
  const queues = await Promise.all([1, 2, 3].map(() => openQueue(sql, silentLog)));
  const handed: LeftPlan[] = [];
  const left = { tenant: "acme", plan: "plan_1" };
  for (const queue of queues) await queue?.offer(left);
  for (const queue of queues) await queue?.work((one) => void handed.push(one));
  await expect.poll(() => handed).toEqual([left]);
  await queues[0]?.offer(left);
  await expect.poll(() => handed).toEqual([left, left]);
  await Promise.all(queues.map((queue) => queue?.close()));
  await sql.close();
});
