import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { mayAsk } from "../../src/check/may-ask.ts";
import { createProbes } from "../../src/pipeline/probe-budget.ts";
import { closePeers, tcpPeer } from "../sip/peer.ts";
import { HOST, type Peers, startPeers, trusted } from "./peers.ts";
import { check, startWorld, type World, type WorldOptions, wrong } from "./setup.ts";

let peers: Peers;
let world: World;
beforeAll(async () => {
  peers = await startPeers();
});
afterEach(() => world?.close());
afterAll(closePeers);

async function start(options: Partial<WorldOptions> = {}): Promise<string> {
  const { probes, ...rest } = options;
  const zone = { a: { [HOST]: [{ address: "127.0.0.1" }] }, cname: {} };
  const gateways = [{ host: HOST, port: peers.seenAsWhitelisted, transport: "tls" as const }];
  world = await startWorld({ zone, gateways, probes: { authorities: [trusted.cert], ...probes }, ...rest });
  return (await world.call("exotel_create_trunk", { trunk_name: "healthy" })).value.trunk.trunk_id;
}

const add = (trunk_sid: string, ...destinations: string[]) =>
  world.call("exotel_add_destination_uris", { trunk_sid, destinations: destinations.map((destination) => ({ destination })) });

describe("where a packet may go", () => {
  const refused = [
    ...["127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "169.254.169.254", "169.254.0.1", "0.0.0.0"],
    ...["224.0.0.1", "255.255.255.255", "203.0.113.9", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "::ffff:127.0.0.1"],
    ...["::ffff:10.0.0.1", "::ffff:a00:1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1"],
  ];

  test.each(refused)("not to %s", (address) => expect(mayAsk({ allowPrivate: false }, new Set())(address, 5061)).toBe(false));
  test.each(["44.248.146.11", "2600:1f14::1"])("to %s", (address) =>
    expect(mayAsk({ allowPrivate: false }, new Set())(address, 5061)).toBe(true),
  );
  test.each([
    ...["169.254.169.254", "169.254.0.1", "fe80::1", "febf::1", "0.0.0.0", "::", "fd00:ec2::254", "FD00:EC2::254", "100.100.100.200"],
    ...["::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "224.0.0.1", "255.255.255.255", "ff02::1"],
  ])("to %s not even with the operator's word", (address) => expect(mayAsk({ allowPrivate: true }, new Set())(address, 5061)).toBe(false));
  test.each(["127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "::1", "fc00::1", "::ffff:10.0.0.1"])(
    "to %s with the operator's word",
    (address) => expect(mayAsk({ allowPrivate: true }, new Set())(address, 5061)).toBe(true),
  );
  test.each<[number, boolean]>([
    [22, false],
    [80, false],
    [443, true],
    [5059, false],
    [5060, true],
    [5091, true],
    [5092, false],
    [9999, true],
  ])("port %i: %s", (port, allowed) => expect(mayAsk({ allowPrivate: false }, new Set([9999]))("44.248.146.11", port)).toBe(allowed));

  test.each([22, 8080, 9999])("a port %i that the trunk names is not asked inside, whoever wrote the trunk", (port) => {
    const ask = mayAsk({ allowPrivate: true }, new Set([port]));
    expect([ask("127.0.0.1", port), ask("10.0.0.1", port), ask("10.0.0.1", 5061)]).toEqual([false, false, true]);
    expect(ask("44.248.146.11", port)).toBe(true);
  });
});

describe("a further host", () => {
  test.each([
    "127.0.0.1:5061;transport=tls",
    "10.0.0.1:5060;transport=tcp",
    "169.254.169.254:443;transport=tcp",
    "sip.example.com:22;transport=tcp",
    "sip.example.com:80;transport=tcp",
    "sip.example.com:5060;transport=ws",
    "sip.example.com",
    "http://sip.example.com:5060;transport=tcp",
  ])("%s is refused before anybody is asked", async (host) => {
    const trunk_id = await start({ probes: { allowPrivate: false } });
    const { isError, value } = await world.call("check_trunk", { trunk_id, host });
    expect(isError).toBe(true);
    expect(value).toMatchObject({ code: "invalid_input", field: "host" });
  });

  test("that nobody named waits for a person; one of the carrier's does not", async () => {
    const asked: string[] = [];
    const person = ({ message }: { message: string }) => {
      asked.push(message);
      return { action: "decline" as const };
    };
    const trunk_id = await start({ person });
    const foreign = await world.call("check_trunk", { trunk_id, host: "elsewhere.example.test:5061;transport=tls" });
    expect(foreign.value).toMatchObject({ code: "approval_refused" });
    expect(asked).toEqual([expect.stringContaining("elsewhere.example.test:5061")]);
    const own = await world.call("check_trunk", { trunk_id, host: `${HOST}:${peers.seenAsWhitelisted};transport=tls` });
    expect(own.isError).toBe(false);
    expect(asked).toHaveLength(1);
  });

  test("that a person approved is asked, and no other", async () => {
    const trunk_id = await start();
    world.zone.a["elsewhere.example.test"] = [{ address: "127.0.0.1" }];
    const result = await check(world, { trunk_id, host: "elsewhere.example.test:5091;transport=tcp" });
    expect(result.findings.filter(({ peer }) => peer !== undefined).map(({ peer }) => peer)).toContain(
      "elsewhere.example.test:5091;transport=tcp",
    );
  });
});

test("a destination's name that leads inside is not asked, and said to be wrong", async () => {
  const peer = await tcpPeer(() => {});
  const trunk_id = await start({ probes: { allowPrivate: false } });
  await add(trunk_id, `${HOST}:${peer.port};transport=tcp`);
  const { findings } = await check(world, { trunk_id, direction: "inbound" });
  expect(findings.find((row) => row.check === "dst.public")).toMatchObject({ status: "fail" });
  expect(peer.heard).toEqual([]);
});

test("the sandbox asks no carrier's host", async () => {
  const peer = await tcpPeer(() => {});
  const gateways = [{ host: HOST, port: peer.port, transport: "tcp" as const }];
  const trunk_id = await start({ gateways, probes: { carriers: false } });
  const { value } = await world.call("check_trunk", { trunk_id });
  expect(value.not_run).toContainEqual(expect.stringContaining("sandbox"));
  const found = await world.call("find_gateway", { provider: "exotel" });
  expect(found.value.candidates).toMatchObject([{ outcome: "not asked" }]);
  expect(peer.heard).toEqual([]);
});

test("too many peers in a minute are refused, with the seconds to wait, and another tenant is not", () => {
  let now = 1_000;
  const clock = { now: () => now };
  const one = createProbes({ allowPrivate: false, carriers: true }, clock, 10);
  const other = createProbes({ allowPrivate: false, carriers: true }, clock, 10);
  one.admit(6);
  expect(() => one.admit(5)).toThrow(expect.objectContaining({ code: "rate_limited", details: { retry_after_seconds: 60 } }));
  other.admit(5);
  one.admit(4);
  now += 60_001;
  one.admit(10);
});

describe("time", () => {
  test("silent peers, dead names and closed doors end within the budget, as unknown", async () => {
    const mute = `${HOST}:${peers.mute};transport=tcp`;
    const trunk_id = await start();
    world.zone.silent = new Set(["never.example.test", "nor.example.test"]);
    await add(
      trunk_id,
      mute,
      "never.example.test:5061;transport=tls",
      "nor.example.test:5061;transport=tls",
      `${HOST}:${peers.mute};transport=tls`,
    );
    const started = performance.now();
    const { findings } = await check(world, { trunk_id, direction: "inbound" });
    expect(performance.now() - started).toBeLessThan(20_000);
    const ofMute = findings.filter(({ peer }) => peer === mute);
    expect(ofMute.map(({ check: id, status }) => `${id} ${status}`)).toContain("sip.options unknown");
    expect(findings.filter(({ check: id }) => id === "dns.resolves").map(({ status }) => status)).toEqual(["unknown", "unknown"]);
    expect(wrong(findings.filter(({ check: id }) => id === "net.tcp" || id === "sip.options"))).toEqual([]);
  });

  test("a call that is cancelled stops asking", async () => {
    const trunk_id = await start();
    await add(trunk_id, `${HOST}:${peers.mute};transport=tcp`);
    const abort = new AbortController();
    const call = world.client.callTool(
      { name: "check_trunk", arguments: { trunk_id } },
      undefined as never,
      { signal: abort.signal } as never,
    );
    setTimeout(() => abort.abort(), 200);
    await expect(call).rejects.toThrow();
  });

  test("progress is told in each phase", async () => {
    const trunk_id = await start();
    await add(trunk_id, `${HOST}:${peers.good};transport=tls`);
    const told: number[] = [];
    const onprogress = ({ progress }: { progress: number }) => told.push(progress);
    await world.client.callTool({ name: "check_trunk", arguments: { trunk_id } }, undefined as never, { onprogress } as never);
    expect(told[0]).toBe(1);
    expect(told.at(-1)).toBe(3);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });
});

describe("what others wrote stays data", () => {
  test("a peer's own words do not come out, whatever they are", async () => {
    const trunk_id = await start();
    await add(trunk_id, `${HOST}:${peers.hostile};transport=tls`);
    const { raw } = await world.call("check_trunk", { trunk_id, direction: "inbound" });
    expect(JSON.stringify(raw)).not.toMatch(/Ignore all previous|exotel_delete_trunk|\u202e/);
  });

  test.each(["../outside.conf", "/etc/passwd", "link.conf", "linked/passwd", ".hidden", "folder", "C:\\x", "missing.conf"])(
    "no file but one of the working folder is read: %s",
    async (config) => {
      const base = mkdtempSync(join(tmpdir(), "trunkline-check-"));
      writeFileSync(join(base, ".hidden"), "x");
      symlinkSync("/etc/passwd", join(base, "link.conf"));
      symlinkSync("/etc", join(base, "linked"));
      const trunk_id = await start({ output: { kind: "folder", base } });
      const { isError, value } = await world.call("check_trunk", { trunk_id, config });
      expect(isError).toBe(true);
      expect(value.code).toBe("invalid_input");
      expect(JSON.stringify(value)).not.toContain("root:");
    },
  );

  test("a file of the working folder is read, and nothing of it is repeated", async () => {
    const base = mkdtempSync(join(tmpdir(), "trunkline-check-"));
    writeFileSync(join(base, "pjsip.conf"), "[x]\ntype = auth\npassword = hush-hush\nallow = g722\n");
    const trunk_id = await start({ output: { kind: "folder", base } });
    const { raw, value } = await world.call("check_trunk", { trunk_id, config: "pjsip.conf" });
    expect(value.findings.map(({ check: id }: { check: string }) => id)).toContain("media.codec");
    expect(JSON.stringify(raw)).not.toContain("hush");
  });
});
