import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ASK } from "../../src/core/carrier/diagnosis.ts";
import { closePeers } from "../sip/peer.ts";
import { HOST, type Peers, startPeers, trusted } from "./peers.ts";
import { check, type GatewayAt, type Row, startWorld, type World, type WorldOptions, wrong } from "./setup.ts";

const NUMBER = "+918044319240";
const OTHER = "+918044319241";
const IP = "44.248.146.11";

let peers: Peers;
let world: World;
beforeAll(async () => {
  peers = await startPeers();
});
afterEach(() => world?.close());
afterAll(closePeers);

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives.
async function done(tool: string, args: Record<string, unknown>): Promise<any> {
  const { isError, value } = await world.call(tool, args);
  if (isError) throw new Error(`${tool}: ${JSON.stringify(value)}`);
  return value;
}

async function start(options: Partial<WorldOptions> = {}): Promise<void> {
  const zone = { a: { [HOST]: [{ address: "127.0.0.1" }] }, cname: {} };
  const gateways: GatewayAt[] = [{ host: HOST, port: peers.seenAsWhitelisted, transport: "tls" }];
  world = await startWorld({ zone, gateways, probes: { authorities: [trusted.cert] }, ...options });
}

async function exotelTrunk(name = "sales_pbx", number = NUMBER): Promise<string> {
  const { trunk_id: trunk_sid } = (await done("exotel_create_trunk", { trunk_name: name })).trunk;
  await done("exotel_map_phone_number", { trunk_sid, phone_number: number });
  return trunk_sid;
}

const list = (trunk_sid: string, ip: string, mask = 32) => world.raw("POST", `exotel/trunks/${trunk_sid}/whitelisted-ips`, { ip, mask });
const of = (findings: readonly Row[], id: string) => findings.filter((row) => row.check === id);

describe("the address that the PBX calls from", () => {
  test("is compared with the entries, as a person says it", async () => {
    await start();
    const trunk_sid = await exotelTrunk();
    await list(trunk_sid, "192.168.1.10");
    const { findings, passed, checks } = await check(world, { trunk_id: trunk_sid, pbx_ip: IP, direction: "outbound" });
    expect(of(findings, "acl.pbx")).toMatchObject([
      {
        status: "fail",
        direction: "outbound",
        title: `${IP}, the PBX's address, is in no entry of the whitelist.`,
        evidence: "The entries are: 192.168.1.10/32.",
        repair: [{ tool: "exotel_whitelist_ip", arguments: { trunk_sid, ip: IP, mask: 32 } }],
      },
    ]);
    // An entry from which no call can come lets nobody in.
    expect(checks.some((row) => row.startsWith("acl.present pass"))).toBe(false);
    expect(passed.join(" ")).not.toContain("public");
    expect(of(findings, "acl.public")[0]?.repair?.map(({ tool }) => tool)).toEqual(["exotel_whitelist_ip", "exotel_remove_whitelisted_ip"]);
  });

  test("is passed where it is listed, and refused where it is none", async () => {
    await start();
    const trunk_sid = await exotelTrunk();
    await list(trunk_sid, IP);
    const { findings, passed } = await check(world, { trunk_id: trunk_sid, pbx_ip: IP, direction: "outbound" });
    expect(wrong(findings)).toEqual([]);
    expect(passed).toContain(`Whitelist ${IP}/32: the PBX's address ${IP} listed, public, narrow.`);
    expect((await world.call("check_trunk", { trunk_id: trunk_sid, pbx_ip: "my pbx" })).value).toMatchObject({
      code: "invalid_input",
      field: "pbx_ip",
    });
  });

  test("of a trunk that only takes calls so far is judged as one that calls out", async () => {
    await start();
    const trunk_sid = await exotelTrunk();
    await done("exotel_add_destination_uris", { trunk_sid, destinations: [{ destination: `${HOST}:${peers.good};transport=tls` }] });
    expect(wrong((await check(world, { trunk_id: trunk_sid })).findings)).toEqual([]);
    const { findings } = await check(world, { trunk_id: trunk_sid, pbx_ip: IP });
    expect(wrong(findings)).toMatchObject([
      { check: "acl.present", repair: [{ tool: "exotel_whitelist_ip", arguments: { trunk_sid, ip: IP, mask: 32 } }] },
    ]);
  });

  test("that a carrier does not compare is said not to be", async () => {
    await start();
    const trunk_config = { exotel_number: NUMBER };
    await done("vyom_create_outbound_trunk", { trunk_name: "bot", trunk_type: "exotel", trunk_config });
    const { not_run } = await check(world, { trunk_id: "bot", pbx_ip: IP });
    expect(not_run).toContainEqual(`${IP}: the trunk does not tell these callers by their address.`);
  });

  test("of an exported file is compared too", async () => {
    await start();
    const trunk_sid = await exotelTrunk();
    await list(trunk_sid, IP);
    const gateway = `${HOST}:${peers.good};transport=tls`;
    for (const format of ["asterisk", "sheet", "kamailio", "opensips"]) {
      const { files } = await done("export_pbx_config", { trunk_id: trunk_sid, format, gateway, public_ip: "44.248.146.77" });
      const config = files.map(({ text }: { text: string }) => text).join("\n");
      const { findings } = await check(world, { trunk_id: trunk_sid, direction: "outbound", config });
      const title = "44.248.146.77, the address in the configuration, is in no entry of the whitelist.";
      expect(of(findings, "acl.pbx"), format).toMatchObject([{ status: "fail", title, evidence: `The entries are: ${IP}/32.` }]);
    }
  });
});

describe("a repair is whole", () => {
  test("where the wrong entry was the only one, a right one comes first; the person is asked for it", async () => {
    await start();
    const trunk_sid = await exotelTrunk();
    await list(trunk_sid, "10.0.0.5");
    await list(trunk_sid, "10.0.0.6");
    const { findings } = await check(world, { trunk_id: trunk_sid, direction: "outbound" });
    const [found, ...others] = of(findings, "acl.public");
    expect(others).toEqual([]);
    expect(found?.evidence).toMatch(/10\.0\.0\.[56]\/32 is.*10\.0\.0\.[56]\/32 is.*Nobody else is on the list/);
    expect(found?.repair).toMatchObject([
      { tool: "exotel_whitelist_ip", arguments: { ip: ASK } },
      { tool: "exotel_remove_whitelisted_ip" },
      { tool: "exotel_remove_whitelisted_ip" },
    ]);
    // The control: beside a good one nobody has to be asked.
    await list(trunk_sid, IP);
    const beside = of((await check(world, { trunk_id: trunk_sid, direction: "outbound" })).findings, "acl.public")[0];
    expect(beside?.repair?.map(({ tool }) => tool)).toEqual(["exotel_remove_whitelisted_ip", "exotel_remove_whitelisted_ip"]);
  });

  test("on a carrier that takes the whole list, it is one call that takes nothing back", async () => {
    await start();
    const trunk = { name: "out", on_cli_mismatch_action: "reject_call", allow_any_did_as_cli: true, allowed_sip_ips: ["45.0.0.0/8"] };
    const { trunk_id } = (await done("didww_create_voice_out_trunk", trunk)).trunk;
    const { findings } = await check(world, { trunk_id, pbx_ip: IP });
    expect(of(findings, "acl.broad")[0]?.repair).toEqual([
      { tool: "didww_update_voice_out_trunk", arguments: { trunk_id, allowed_sip_ips: [`${IP}/32`] } },
    ]);
  });
});

describe("the number in question", () => {
  test("is judged in whatever spelling, and found where it is", async () => {
    await start();
    const trunk_sid = await exotelTrunk();
    await exotelTrunk("support", OTHER);
    await list(trunk_sid, IP);
    expect(wrong((await check(world, { trunk_id: trunk_sid, direction: "outbound", phone_number: "080 4431 9240" })).findings)).toEqual([]);
    const { findings } = await check(world, { trunk_id: trunk_sid, direction: "outbound", phone_number: OTHER });
    expect(wrong(findings)).toMatchObject([
      { check: "num.asked", title: expect.stringMatching(/^\+918044319241 is not on this trunk, but on /) },
    ]);
    expect(wrong(findings)[0]?.repair).toBeUndefined();
    const nowhere = wrong((await check(world, { trunk_id: trunk_sid, direction: "outbound", phone_number: "+918044319249" })).findings);
    expect(nowhere).toMatchObject([{ check: "num.asked", repair: [{ tool: "exotel_map_phone_number" }] }]);
  });

  test("of a trunk that places calls over another carrier is looked up in the account there", async () => {
    await start();
    const create = (trunk_name: string, exotel_number: string) =>
      done("vyom_create_outbound_trunk", { trunk_name, trunk_type: "exotel", trunk_config: { exotel_number } });
    await exotelTrunk();
    const mapped = (await create("bot", NUMBER)).trunk.trunk_id;
    const lost = (await create("lost", OTHER)).trunk.trunk_id;
    const found = await check(world, { provider: "vyom", trunk_id: mapped });
    expect(wrong(found.findings)).toEqual([]);
    expect(found.passed.join(" ")).toContain("on Exotel's trunk");
    const { findings } = await check(world, { provider: "vyom", trunk_id: lost });
    expect(wrong(findings)).toMatchObject([{ check: "num.holder", status: "warn", title: expect.stringContaining(OTHER) }]);
    expect(JSON.stringify(findings)).not.toContain("PBX");
  });
});

describe("explain_sip_code with a trunk", () => {
  const explain = async (args: Record<string, unknown>) => (await done("explain_sip_code", args)).causes as Record<string, string>[];

  test("names the exceptions to what may be called, and does not rule them out", async () => {
    await start();
    const trunk = { name: "out", on_cli_mismatch_action: "reject_call", allow_any_did_as_cli: true, allowed_sip_ips: [IP] };
    const { trunk_id } = (
      await done("didww_create_voice_out_trunk", { ...trunk, default_dst_action: "allow_all", dst_prefixes: ["34", "33"] })
    ).trunk;
    const limits = (await explain({ code: 403, trunk_id })).find(({ cause }) => cause?.startsWith("The country"));
    expect(limits).toMatchObject({ verdict: "open", evidence: expect.stringContaining("all except those that begin with 34, 33") });
  });

  test("drops causes that the way of admission excludes, and names the entries", async () => {
    await start();
    const trunk_id = await exotelTrunk();
    await list(trunk_id, IP);
    const byAddress = await explain({ code: 403, trunk_id });
    expect(byAddress.map(({ cause }) => cause).join(" ")).not.toContain("password");
    expect(byAddress.find(({ cause }) => cause?.includes("address"))?.["evidence"]).toContain(`${IP}/32`);
    await world.raw(
      "DELETE",
      `exotel/trunks/${trunk_id}/whitelisted-ips?id=${(await done("get_trunk", { trunk_id })).trunk.whitelisted_ips[0].whitelisted_ip_id}`,
    );
    await done("exotel_create_credentials", { trunk_sid: trunk_id, user_name: "desk" });
    const byLogin = (await explain({ code: 403, trunk_id })).map(({ cause }) => cause).join(" ");
    expect(byLogin).toContain("password");
    expect(byLogin).not.toContain("does not know the address");
  });

  test("finds an alias that is not mapped", async () => {
    await start();
    const trunk_id = await exotelTrunk();
    await list(trunk_id, IP);
    await done("exotel_set_trunk_alias", { trunk_sid: trunk_id, alias: OTHER });
    expect((await explain({ code: 403, trunk_id }))[0]).toMatchObject({ verdict: "found", evidence: expect.stringContaining(OTHER) });
  });
});

test("find_gateway puts a host of the trunk's kind of login first, and marks the one that is exported", async () => {
  const at = (port: number) => ({ host: HOST, port, transport: "tls" as const });
  await start({ gateways: [{ ...at(peers.good), auth: "digest" }, { ...at(peers.ownRealm), auth: "ip" }, at(peers.closed)] });
  const trunk_sid = await exotelTrunk();
  await list(trunk_sid, IP);
  const byAddress = (await world.call("find_gateway", { provider: "exotel", trunk_id: trunk_sid })).value;
  expect(byAddress.best).toBe(`${HOST}:${peers.ownRealm};transport=tls`);
  expect(byAddress.candidates).toMatchObject([{ auth: "ip", exported: true }, { auth: "digest" }]);
  expect(byAddress.verdict).toContain("the one that export_pbx_config writes");
  expect(byAddress.failed).toEqual([`refused: ${HOST} (${peers.closed} tls)`]);
  await done("exotel_create_credentials", { trunk_sid, user_name: "desk" });
  expect((await world.call("find_gateway", { provider: "exotel", trunk_id: trunk_sid })).value.best).toBe(
    `${HOST}:${peers.good};transport=tls`,
  );
});

test("a finding about calls that nobody asked about is not told, and ids of checks only on request", async () => {
  await start();
  const trunk_id = await exotelTrunk();
  await list(trunk_id, IP);
  await done("exotel_set_trunk_alias", { trunk_sid: trunk_id, alias: OTHER });
  const asked = async (args: object) =>
    (await done("check_trunk", { trunk_id, ...args })) as { findings: Row[]; summary: string; checks?: string[] };
  const outbound = await asked({ direction: "outbound" });
  expect(of(outbound.findings, "num.alias")).toMatchObject([{ status: "fail", direction: "outbound" }]);
  expect(outbound.summary).toMatch(/^1 finding blocks outbound calls/);
  expect(outbound.checks).toBeUndefined();
  const inbound = await asked({ direction: "inbound", details: true });
  expect(of(inbound.findings, "num.alias")).toEqual([]);
  expect(inbound.checks).toContainEqual(expect.stringMatching(/^num\.e164 pass/));
  expect(Object.keys(outbound)[0]).toBe("summary");
});
