import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { providers } from "../../src/providers/index.ts";
import { type Fault, type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { openDatabase } from "../../src/store/open.ts";
import { leftPlans } from "../../src/store/plans.ts";
import { type HostedClient, startHosted, token } from "../support/hosted.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { type Running, start } from "../support/process.ts";
import { type Answer, clientOf, connectTo, toAnswer } from "../support/trunkline.ts";

const NUMBERS = 4;
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
  folder = mkdtempSync(join(tmpdir(), "trunkline-left-"));
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
  return {
    client,
    call: async (name: string, args: Record<string, unknown> = {}) => toAnswer(await client.callTool({ name, arguments: args })),
  };
}

const posts = (path: string) => carrier.seen.filter((seen) => seen.method === "POST" && seen.path.endsWith(path)).length;

interface Half {
  call: HostedClient["call"];
  close(): Promise<void>;
  applying: Promise<Answer | undefined>[];
  plans: string[];
}

/** Applies a plan for each trunk, as far as its numbers, whose requests end in the way that is scripted. */
async function applyHalf(url: string, trunks: string[], first: number, faults: Fault[]): Promise<Half> {
  const { client, call } = await clientAt(url);
  const ips = ["44.248.146.11", "44.248.146.12"];
  const plans: string[] = [];
  for (const [index, trunk] of trunks.entries()) {
    const numbers = Array.from({ length: NUMBERS }, (_, n) => `+9180443${first + index * NUMBERS + n}`);
    plans.push((await call("plan_trunk", { provider: "exotel", use_case: "outbound", trunk, numbers, ips })).value.plan_id);
  }
  const times = trunks.length * NUMBERS;
  for (const fault of faults) carrier.script({ ...fault, path: "phone-numbers", times });
  const before = posts("phone-numbers");
  const applying = plans.map((plan_id) => call("apply_plan", { plan_id }).catch(() => undefined));
  await expect.poll(() => posts("phone-numbers") - before).toBe(times);
  return { call, close: () => client.close().catch(() => {}), applying, plans };
}

/** Nobody calls apply_plan again. */
async function expectDone(plan_id: string, { call }: Pick<Half, "call">): Promise<void> {
  await expect
    .poll(async () => (await call("get_plan", { plan_id })).value, { interval: 500 })
    .toMatchObject({ state: "done", done: STEPS, not_done: 0 });
}

test("three replicas take up the plans that one left that was killed: each is finished, each step once", async () => {
  const doomed = await startReplica();
  const three = await Promise.all([1, 2, 3].map(() => startHosted(file, environment)));
  const asked = carrier.seen.length;
  const trunks = ["killed_1", "killed_2", "killed_3", "killed_4", "killed_5", "killed_6"];
  const { applying, close, plans } = await applyHalf(doomed.url, trunks, 19_000, [
    { kind: "lost", method: "POST" },
    { kind: "stall", method: "GET" },
  ]);
  expect(new Set(plans).size).toBe(trunks.length);
  doomed.child.kill("SIGKILL");
  await Promise.all(applying);
  carrier.clearFaults();
  const agents = await Promise.all(three.map((replica) => replica.client("alice")));
  await Promise.all(plans.map((plan, index) => expectDone(plan, agents[index % agents.length] as HostedClient)));
  const writes = carrier.seen.slice(asked).filter(({ effect }) => effect === "write");
  expect(writes).toHaveLength(trunks.length * STEPS);
  expect(new Set(writes.map(({ path, body }) => `${path} ${body}`)).size).toBe(writes.length);
  await close();
  await Promise.all(three.map((replica) => replica.close()));
});

test("a replica that is told to end lets go of its plan between two steps, and another goes on", async () => {
  const leaving = await startReplica();
  const other = await startHosted(file, environment);
  const { applying, close, plans } = await applyHalf(leaving.url, ["left"], 29_000, [{ kind: "delay", delay_ms: 3_000 }]);
  const [plan_id = ""] = plans;
  // Else the other may have done the rest before this one has said how far it is.
  carrier.script({ kind: "delay", delay_ms: 3_000, path: "whitelisted-ips", times: 2 });
  leaving.child.kill("SIGTERM");
  // Its caller is answered, with how far it is.
  expect((await applying[0])?.value).toMatchObject({ plan_id, state: "running" });
  await close();
  expect(await leaving.exit()).toBe(0);
  await expectDone(plan_id, await other.client("alice"));
  await other.close();
});

test("more plans than a replica takes at once are all found, and none hides another", async () => {
  const place = { url: new Secret(await postgres.database()), masterKey: new Secret(randomBytes(32).toString("base64")) };
  const { sql } = await openDatabase(place);
  const columns = "tenant, id, principal, policy, content, state, cancel_asked, made_at, fence, lease_until";
  await sql.query(
    `INSERT INTO trunkline_plans (${columns}) SELECT 'acme', 'plan_' || n, '', '', '{}', 'running', 0, n, 0, 0 FROM generate_series(1, 100) n`,
  );
  const found = new Set<string>();
  for (let poll = 0; poll < 200 && found.size < 100; poll++) {
    const left = await leftPlans({ sql, clock: systemClock });
    expect(left.length).toBeLessThan(100);
    for (const { plan } of left) found.add(plan);
  }
  expect(found.size).toBe(100);
  await sql.close();
});
