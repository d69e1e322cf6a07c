import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { providers } from "../../src/providers/index.ts";
import { startHosted, token } from "../support/hosted.ts";
import { startPostgres } from "../support/postgres.ts";
import { initialize, type Running, request, start } from "../support/process.ts";

let home: string;
let running: Running[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "trunkline-memory-"));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map(end));
  rmSync(home, { recursive: true });
});

async function end({ child, exit }: Running): Promise<void> {
  if (child.exitCode !== null) return;
  child.stdin.end();
  await exit();
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
type Call = (name: string, args?: object) => Promise<any>;

/** One more client of this person, with a process of its own. */
function newClient(environment: Record<string, string> = {}): Call {
  const program = start([], { TRUNKLINE_HOME: home, ...environment });
  running.push(program);
  program.send(initialize);
  let id = 1;
  return async (name, args = {}) => {
    id += 1;
    program.send(request(id, "tools/call", { name, arguments: args }));
    const { result } = (await program.answer(id)) as { result: { content: { text: string }[] } };
    return JSON.parse(result.content.at(-1)?.text ?? "null");
  };
}

const names = async (call: Call) => (await call("list_trunks")).trunks.map((trunk: { trunk_name: string }) => trunk.trunk_name).sort();

describe("the sandbox of one person", () => {
  test("is the same for two clients that are open at once", async () => {
    const [one, other] = [newClient(), newClient()];
    const { trunk } = await one("exotel_create_trunk", { trunk_name: "of_one" });
    const mapped = await other("exotel_map_phone_number", { trunk_sid: trunk.trunk_id, phone_number: "+918044319240" });
    expect(mapped).toMatchObject({ phone_number: { phone_number: "+918044319240" }, sandbox: true });
    await other("vyom_create_outbound_trunk", {
      trunk_name: "of_other",
      trunk_type: "exotel",
      trunk_config: { exotel_number: "+918044319240" },
    });
    expect(await names(one)).toEqual(["of_one", "of_other"]);
    expect(await names(other)).toEqual(["of_one", "of_other"]);
  });

  test("loses nothing when both write at the same moment", async () => {
    const clients = [newClient(), newClient()];
    const wanted = Array.from({ length: 12 }, (_, index) => `trunk_${String(index).padStart(2, "0")}`);
    const made = await Promise.all(wanted.map((trunk_name, n) => clients[n % 2]?.("exotel_create_trunk", { trunk_name })));
    expect(made.map((answer) => answer.trunk?.trunk_name)).toEqual(wanted);
    expect(new Set(made.map((answer) => answer.trunk?.trunk_id)).size).toBe(12);
    expect(await names(newClient())).toEqual(wanted);
  });

  test("is there again after a restart, and another state folder has its own", async () => {
    const made = await newClient()("didww_create_voice_out_trunk", {
      name: "kept",
      on_cli_mismatch_action: "reject_call",
      allowed_sip_ips: ["203.0.113.7/32"],
    });
    expect(made).toMatchObject({ trunk: { trunk_name: "kept" } });
    await Promise.all(running.map(end));
    expect(await names(newClient())).toEqual(["kept"]);
    const elsewhere = mkdtempSync(join(tmpdir(), "trunkline-elsewhere-"));
    expect(await names(newClient({ TRUNKLINE_HOME: elsewhere }))).toEqual([]);
    await Promise.all(running.map(end));
    rmSync(elsewhere, { recursive: true });
  });
});

describe("trunkline sandbox", () => {
  async function run(...args: string[]) {
    const program = start(args, { TRUNKLINE_HOME: home });
    program.child.stdin.end();
    return { code: await program.exit(), said: program.lines().join("\n") + program.stderr() };
  }

  test("seed fills it for clients that are open, with trunks that check_trunk finds broken; reset empties it", async () => {
    const call = newClient();
    expect(await names(call)).toEqual([]);
    expect(await run("sandbox", "seed")).toMatchObject({ code: 0, said: expect.stringContaining("a few trunks of each carrier") });
    const { trunks } = await call("list_trunks");
    expect(trunks.length).toBeGreaterThan(providers.length);
    expect(new Set(trunks.map((trunk: { provider: string }) => trunk.provider)).size).toBe(providers.length);
    const called = trunks.map((trunk: { trunk_name: string }) => trunk.trunk_name);
    expect(called).toEqual([...new Set(called)]);
    // As an agent asks, who was told nothing but the name.
    const found = async (trunk_id: string) => JSON.stringify((await call("check_trunk", { trunk_id })).findings ?? []);
    expect(await found("night_line")).toContain("Nobody may place calls");
    expect(await found("night_desk")).toContain("no outbound voice profile");
    expect(await found("call_centre")).not.toContain('"fail"');
    expect(await run("sandbox", "seed")).toMatchObject({ code: 1, said: expect.stringContaining("reset empties it first") });
    expect(await run("sandbox", "reset")).toMatchObject({ code: 0, said: expect.stringContaining("is empty") });
    expect(await names(call)).toEqual([]);
  });

  test("has what a plan file made there, so that nothing is left to do", async () => {
    const file = join(home, "trunks.yaml");
    const trunk = '{ provider: exotel, use_case: outbound, trunk: mine, numbers: ["+918044319240"], ips: [44.248.146.11] }';
    writeFileSync(file, `version: 1\ntrunks:\n  - ${trunk}\n`);
    expect((await run("plan", file)).code).toBe(2);
    expect((await run("apply", file)).code).toBe(0);
    expect((await run("plan", file)).code).toBe(0);
    expect(await names(newClient())).toEqual(["mine"]);
  });
});

describe("the sandboxes of tenants", () => {
  test("are the same on each replica of one database, each tenant's own, and outlive all replicas", async () => {
    const postgres = await startPostgres();
    const environment = { TRUNKLINE_STORE: await postgres.database(), TRUNKLINE_MASTER_KEY: randomBytes(32).toString("base64") };
    const file = {
      tokens: [token("alice", "acme"), token("zoe", "zenith")],
      tenants: { acme: { sandbox: true }, zenith: { sandbox: true } },
    };
    const startReplica = () => startHosted(file, environment);
    const replicas = [await startReplica(), await startReplica()];
    const [a, b] = await Promise.all(replicas.map(async (replica) => (await replica.client("alice")).call));
    const call =
      (which: typeof a): Call =>
      async (name, args) =>
        (await which?.(name, args as Record<string, unknown>))?.value;
    await Promise.all(["one", "two", "three", "four"].map((trunk_name, n) => call(n % 2 ? a : b)("exotel_create_trunk", { trunk_name })));
    expect(await names(call(a))).toEqual(["four", "one", "three", "two"]);
    expect(await names(call(b))).toEqual(["four", "one", "three", "two"]);
    const zoe = await replicas[1]?.client("zoe");
    expect(await names(call(zoe?.call))).toEqual([]);
    await Promise.all(replicas.map((replica) => replica.close()));
    const later = await startReplica();
    expect(await names(call((await later.client("alice")).call))).toEqual(["four", "one", "three", "two"]);
    await later.close();
    await postgres.stop();
  });
});
