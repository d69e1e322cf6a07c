import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client as ModernClient } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { providers } from "../../src/providers/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { startBrowsing } from "../support/browsing.ts";
import { type Hosted, sha256, startHosted, token } from "../support/hosted.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { start } from "../support/process.ts";
import { type Answer, clientOf, connectTo, type Era, type Person, toAnswer } from "../support/trunkline.ts";

const publicUrl = "https://trunkline.example";
const passphrase = "a passphrase of alice's";

let postgres: Postgres;
let carrier: Sandbox;
let replicas: Hosted[];
let environment: Record<string, string>;
let file: object;

beforeAll(async () => {
  postgres = await startPostgres();
  carrier = await startSandbox(providers, {});
  environment = {
    TRUNKLINE_STORE: await postgres.database(),
    TRUNKLINE_MASTER_KEY: randomBytes(32).toString("base64"),
    ACME_KEY: "sandbox-key",
    ACME_TOKEN: "sandbox-token",
  };
  file = {
    tokens: [{ ...token("alice", "acme"), forms: true, approval_sha256: sha256(passphrase) }, token("carol", "acme")],
    tenants: {
      acme: {
        carriers: {
          EXOTEL_ACCOUNT_SID: "sandbox",
          EXOTEL_API_KEY: "env:ACME_KEY",
          EXOTEL_API_TOKEN: "env:ACME_TOKEN",
          EXOTEL_BASE_URL: carrier.urlOf("exotel"),
          DIDWW_API_KEY: "env:ACME_KEY",
          DIDWW_BASE_URL: `${carrier.urlOf("didww")}/v3`,
        },
      },
    },
  };
  replicas = [];
  for (let n = 0; n < 3; n++) replicas.push(await startHosted(file, { ...environment, TRUNKLINE_PUBLIC_URL: publicUrl }));
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.close()));
  await carrier.close();
  await postgres.stop();
});

const originOf = ({ serving }: Hosted) => `http://127.0.0.1:${serving.port}`;
const endpoints = () => replicas.map((replica) => `${originOf(replica)}/mcp`);

/** A client behind a load balancer that gives each request to the next replica. */
async function roundRobin(era: Era, person?: Person, urls = endpoints(), holder = "alice") {
  let turn = 0;
  const balanced: typeof fetch = (_, init) => fetch(urls[turn++ % urls.length] ?? "", init);
  const client = clientOf(era, person);
  await connectTo(client, urls[0] ?? "", { authorization: `Bearer ${holder}` }, balanced);
  const call = async (name: string, args: Record<string, unknown> = {}): Promise<Answer> =>
    toAnswer(await client.callTool({ name, arguments: args }));
  return { client, call };
}

async function createTrunk(
  { call }: { call(name: string, args: Record<string, unknown>): Promise<Answer> },
  trunk_name: string,
): Promise<string> {
  return (await call("exotel_create_trunk", { trunk_name })).value.trunk.trunk_id;
}

const writes = (path: string) => carrier.seen.filter((seen) => seen.method !== "GET" && seen.path.includes(path)).length;

describe("three replicas behind a round-robin", () => {
  test.each<Era>(["v1", "v2"])("answer one client, request by request, client %s", async (era) => {
    const agent = await roundRobin(era);
    await createTrunk(agent, `robin_${era}`);
    for (let n = 0; n < 4; n++) expect(JSON.stringify((await agent.call("list_trunks")).value)).toContain(`robin_${era}`);
    await agent.client.close();
  });

  test("a form that one shows is answered on another, once", async () => {
    const agent = await roundRobin("v2", () => ({ action: "accept", content: { trunk_name: "formed" } }));
    const trunk_sid = await createTrunk(agent, "formed");
    const before = writes("/trunks");
    expect((await agent.call("exotel_delete_trunk", { trunk_sid })).value).toMatchObject({ removed: true });
    expect(writes("/trunks")).toBe(before + 1);
    await agent.client.close();
  });

  test("a form is no person's word where the operator does not say so, whichever replica is asked", async () => {
    let forms = 0;
    const person: Person = () => {
      forms += 1;
      return { action: "accept", content: { trunk_name: "unformed" } };
    };
    const agent = await roundRobin("v2", person, endpoints(), "carol");
    const trunk_sid = await createTrunk(agent, "unformed");
    const before = writes(trunk_sid);
    for (let turn = 0; turn < endpoints().length; turn++) {
      const { value } = await agent.call("exotel_delete_trunk", { trunk_sid });
      expect(value).toMatchObject({ code: "approval_required", applied: false, approve_url: `${publicUrl}/approve/${value.approval}` });
    }
    expect([forms, writes(trunk_sid)]).toEqual([0, before]);
    await agent.client.close();
  });

  test.each<Era>(["v1", "v2"])("asked on one, agreed to on the next one's page, done by the third, %s", async (era) => {
    const agents = await Promise.all(endpoints().map((url) => roundRobin(era, undefined, [url])));
    const [first, , third] = agents;
    if (!first || !third) throw new Error("there are fewer than three replicas");
    const trunk_name = `paged_${era}`;
    const trunk_sid = await createTrunk(first, trunk_name);
    const before = writes(trunk_sid);
    const asked = (await first.call("exotel_delete_trunk", { trunk_sid })).value;
    expect(asked).toMatchObject({ code: "approval_required", approve_url: `${publicUrl}/approve/${asked.approval}` });
    const repeat = { trunk_sid, approval: asked.approval };
    expect((await third.call("exotel_delete_trunk", repeat)).value).toMatchObject({ code: "approval_required", applied: false });
    const browsing = startBrowsing(() => originOf(replicas[1] as Hosted));
    const form = await browsing.submit(await browsing.visit(asked.approve_url), { access_token: "alice", passphrase });
    expect((await browsing.submit(form, { decision: "approve", name: trunk_name })).body).toContain("<h1>Approved</h1>");
    expect(writes(trunk_sid)).toBe(before);
    expect((await third.call("exotel_delete_trunk", repeat)).value).toMatchObject({ removed: true });
    const repeated = await Promise.all(agents.map((agent) => agent.call("exotel_delete_trunk", repeat)));
    expect(repeated.map(({ value }) => value.removed)).toEqual([undefined, undefined, undefined]);
    expect(writes(trunk_sid)).toBe(before + 1);
    await Promise.all(agents.map(({ client }) => client.close()));
  });

  test("a plan is made on one, applied on the next, and told of by the third", async () => {
    const agent = await roundRobin("v2");
    const setup = { provider: "exotel", use_case: "outbound", trunk: "planned", numbers: ["+918044319250"], ips: ["44.248.146.11"] };
    const { plan_id } = (await agent.call("plan_trunk", setup)).value;
    const [first, again] = await Promise.all([agent.call("apply_plan", { plan_id }), agent.call("apply_plan", { plan_id })]);
    expect(first.value).toMatchObject({ state: "done", done: 3 });
    expect(again.value).toEqual(first.value);
    expect((await agent.call("get_plan", { plan_id })).value.state).toBe("done");
    await agent.client.close();
  });

  test("a change on one is told to who listens on another", async () => {
    const [here, there] = [await roundRobin("v2", undefined, endpoints().slice(0, 1)), await roundRobin("v2")];
    let told = 0;
    here.client.fallbackNotificationHandler = async () => {
      told += 1;
    };
    await (here.client as ModernClient).listen({ resourcesListChanged: true });
    await createTrunk(there, "told_of");
    await expect.poll(() => told).toBeGreaterThan(0);
    await Promise.all([here.client.close(), there.client.close()]);
  });

  test("the carrier's rate holds across all three", async () => {
    const agents = await Promise.all([1, 2, 3].map(() => roundRobin("v2")));
    const asked = carrier.seen.length;
    const answers = await Promise.all(
      agents.flatMap((agent) => Array.from({ length: 14 }, () => agent.call("list_trunks", { provider: "didww" }))),
    );
    // Trunks for calls out and for calls in are two lists.
    const requests = 2 * answers.length;
    // A carrier that was asked too fast would have refused, and been asked again: there would be more requests than calls.
    expect(answers.filter(({ isError }) => isError)).toEqual([]);
    expect(carrier.seen.length - asked).toBe(requests);
    await Promise.all(agents.map(({ client }) => client.close()));
  });
});

describe("what goes wrong", () => {
  test("a replica that is killed in the middle of a write leaves nothing twice", async () => {
    const folder = mkdtempSync(join(tmpdir(), "trunkline-replica-"));
    const tenants = join(folder, "tenants.json");
    writeFileSync(tenants, JSON.stringify(file));
    const doomed = start(["http"], { ...environment, TRUNKLINE_HOME: folder, TRUNKLINE_LISTEN: "127.0.0.1:0", TRUNKLINE_TENANTS: tenants });
    await expect.poll(() => doomed.stderr()).toContain("serves MCP at");
    const [url = ""] = /http:\S+\/mcp/.exec(doomed.stderr()) ?? [];
    const victim = await roundRobin("v2", undefined, [url]);
    const trunk_sid = await createTrunk(victim, "half_done");
    // The same call with another address tells how often the list is read before the write.
    const seen = carrier.seen.length;
    await victim.call("exotel_whitelist_ip", { trunk_sid, ip: "44.248.146.11" });
    const asked = carrier.seen.slice(seen).filter(({ path }) => path.includes("whitelisted-ips"));
    const reads = asked.findIndex(({ method }) => method !== "GET");
    carrier.script({ kind: "lost", method: "POST", path: "whitelisted-ips" });
    carrier.script({ kind: "stall", method: "GET", path: "whitelisted-ips", after: reads });
    const before = writes("whitelisted-ips");
    const cut = victim.call("exotel_whitelist_ip", { trunk_sid, ip: "44.248.146.12" }).catch(() => undefined);
    await expect.poll(() => writes("whitelisted-ips")).toBe(before + 1);
    doomed.child.kill("SIGKILL");
    await cut;
    carrier.clearFaults();
    const agent = await roundRobin("v2");
    // The dead one's hold on the call ends after a while; the answer before says so.
    await expect
      .poll(async () => (await agent.call("exotel_whitelist_ip", { trunk_sid, ip: "44.248.146.12" })).value, { interval: 1_000 })
      .toMatchObject({ settled: true });
    expect(writes("whitelisted-ips")).toBe(before + 1);
    await Promise.all([agent.client.close(), victim.client.close().catch(() => {})]);
    rmSync(folder, { recursive: true });
  });

  test("while Postgres is away writes refuse and reads go on; nothing is lost", async () => {
    const agent = await roundRobin("v2");
    await createTrunk(agent, "before_halt");
    await postgres.halt();
    const before = writes("/trunks");
    const started = performance.now();
    const refused = await agent.call("exotel_create_trunk", { trunk_name: "not_now" });
    // One second is what the store waits; the rest is for a loaded machine.
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(refused.value).toMatchObject({ code: "internal", applied: false });
    expect(writes("/trunks")).toBe(before);
    const read = await agent.call("list_trunks");
    expect(JSON.stringify(read.value)).toContain("before_halt");
    await postgres.resume();
    await expect
      .poll(async () => (await agent.call("exotel_create_trunk", { trunk_name: "not_now" })).isError, { interval: 500 })
      .toBe(false);
    await agent.client.close();
  });
});
