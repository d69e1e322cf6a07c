import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ASK } from "../../src/core/carrier/diagnosis.ts";
import { inputSchema } from "../../src/core/tool.ts";
import { type ToolName, tools } from "../../tools/index.ts";
import { closePeers } from "../sip/peer.ts";
import { HOST, type Peers, startPeers, trusted } from "./peers.ts";
import { check, startWorld, type World, wrong } from "./setup.ts";

let peers: Peers;
let world: World;
beforeAll(async () => {
  peers = await startPeers();
});
afterEach(() => world?.close());
afterAll(closePeers);

const healthy = { name: "healthy", on_cli_mismatch_action: "reject_call", allow_any_did_as_cli: true, allowed_sip_ips: ["44.248.146.11"] };

async function start(fields: object, port = peers.ownRealm): Promise<string> {
  const gateways = [{ host: HOST, port, transport: "tls" as const }];
  const zone = { a: { [HOST]: [{ address: "127.0.0.1" }] }, cname: {} };
  world = await startWorld({ zone, gateways, probes: { authorities: [trusted.cert] } });
  const { isError, value } = await world.call("didww_create_voice_out_trunk", { ...healthy, ...fields });
  if (isError) throw new Error(JSON.stringify(value));
  return value.trunk.trunk_id;
}

const srtpOff = ["[x]", "type = endpoint", "media_encryption = no", "transport = tls"].join("\n");

describe("one thing wrong with a trunk on DIDWW", () => {
  test.each<
    [string, { check: string; status: string; fields: object; args?: object; gateway?: keyof Peers; byPerson?: true; says?: string }]
  >([
    ["blocked", { check: "trunk.active", status: "fail", fields: { status: "blocked" } }],
    ["nobody allowed", { check: "acl.present", status: "fail", fields: { allowed_sip_ips: [] }, byPerson: true }],
    ["everybody allowed", { check: "acl.broad", status: "fail", fields: { allowed_sip_ips: ["44.248.146.11", "45.0.0.0/8"] } }],
    ["a part of IPv6 allowed", { check: "acl.broad", status: "fail", fields: { allowed_sip_ips: ["44.248.146.11", "2600::/16"] } }],
    ["no caller id allowed", { check: "didww.cli", status: "fail", fields: { allow_any_did_as_cli: false } }],
    ["random caller ids", { check: "didww.cli", status: "warn", fields: { on_cli_mismatch_action: "randomize_cli" } }],
    ["every destination rejected", { check: "didww.dst", status: "fail", fields: { default_dst_action: "reject_all" }, says: "91" }],
    ["a capacity of 0", { check: "didww.cap", status: "fail", fields: { capacity_limit: 0 } }],
    [
      "SRTP at the carrier only",
      { check: "media.srtp", status: "fail", fields: { media_encryption_mode: "srtp_sdes" }, args: { config: srtpOff } },
    ],
    ["a gateway with another realm", { check: "auth.realm", status: "warn", fields: {}, gateway: "otherRealm", byPerson: true }],
  ])(
    "%s is found, named first, and repaired",
    async (_, { check: id, status, fields, args, gateway = "ownRealm", byPerson, says = "" }) => {
      const trunk_id = await start(fields, peers[gateway]);
      const first = (await check(world, { provider: "didww", trunk_id, ...args })).findings[0];
      expect(first).toMatchObject({ check: id, status });
      expect(first?.remedy).toMatch(/\w/);
      if (byPerson) return;
      for (const { tool, arguments: asked } of first?.repair ?? []) {
        const wanted = JSON.parse(JSON.stringify(asked).replaceAll(ASK, says));
        expect(inputSchema((await tools[tool as ToolName]()).default).safeParse(wanted).error).toBeUndefined();
        expect((await world.call(tool, wanted)).isError).toBe(false);
      }
      expect(first?.repair?.length).toBeGreaterThan(0);
      const left = wrong((await check(world, { provider: "didww", trunk_id, ...args })).findings);
      expect(left.filter((row) => row.check === id)).toEqual([]);
    },
  );

  test.each<[string, object, keyof Peers]>([
    ["acl.platform", { platform: "retell" }, "ownRealm"],
    ["acl.egress", { from_pbx: true }, "seenAsElsewhere"],
  ])("%s: a login is not proposed in place of an address, which this carrier demands in any case", async (id, args, gateway) => {
    const trunk_id = await start({}, peers[gateway]);
    const { findings } = await check(world, { provider: "didww", trunk_id, ...args });
    const found = findings.find((row) => row.check === id);
    expect(found).toMatchObject({ status: "fail" });
    expect(found?.remedy).not.toMatch(/use a login/i);
  });

  test("a healthy one yields no fail and no warn", async () => {
    const trunk_id = await start({});
    const { findings, checks } = await check(world, { trunk_id });
    expect(wrong(findings)).toEqual([]);
    expect(checks.some((row) => row.startsWith("auth.realm pass"))).toBe(true);
  });
});
