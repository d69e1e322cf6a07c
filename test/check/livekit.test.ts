import { afterEach, describe, expect, test } from "vitest";
import type { DnsResolver } from "../../src/core/dns.ts";
import { startLiveKit } from "../support/livekit.ts";
import type { Options, Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
const call = async (tool: string, args: object): Promise<any> => (await trunkline.call(tool, { ...args })).value;
const inbound = { name: "in", numbers: ["+33144556677"], auth_username: "carrier" };
const outbound = { name: "out", address: "sip.example.com", transport: "tls", numbers: ["+33144556677"], media_encryption: "require" };
const agent = { rule_type: "individual", agents: [{ agent_name: "front-desk" }] };

async function start(tool: string, fields: object, rule?: object, options: Options = {}): Promise<string> {
  trunkline = await startLiveKit({ unlimited: true, ...options });
  const { trunk } = await call(tool, fields);
  if (rule) await call("livekit_create_dispatch_rule", { name: "rule", trunk_ids: [trunk.trunk_id], ...rule });
  return trunk.trunk_id;
}
const found = async (trunk_id: string, check: string) =>
  (await call("check_trunk", { trunk_id, details: true })).findings.find((one: { check: string }) => one.check === check);

describe("one thing wrong with a trunk on LiveKit", () => {
  test.each<[string, object, object | undefined, string, string]>([
    ["nobody is kept out", { ...inbound, auth_username: undefined }, agent, "livekit.open", "fail"],
    ["no rule", inbound, undefined, "livekit.rule", "fail"],
    ["a rule without an agent", inbound, { rule_type: "individual" }, "livekit.rule", "warn"],
    ["only a rule for every trunk", inbound, { ...agent, trunk_ids: [] }, "livekit.rule", "warn"],
    ["an Indian number, and a host without a region", { ...inbound, numbers: ["+918044319240"] }, agent, "livekit.region", "warn"],
  ])("%s", async (_, fields, rule, check, status) => {
    const trunk_id = await start("livekit_create_inbound_trunk", fields, rule);
    expect(await found(trunk_id, check)).toMatchObject({ status, title: expect.stringMatching(/^[A-Z].*\.$/) });
  });

  test("the keys of encrypted sound in the open", async () => {
    const trunk_id = await start("livekit_create_outbound_trunk", { ...outbound, transport: "tcp" });
    expect(await found(trunk_id, "livekit.srtp")).toMatchObject({ status: "warn" });
  });

  test("a list of addresses counts on the Cloud only where it is switched on", async () => {
    const trunk_id = await start("livekit_create_inbound_trunk", { ...inbound, allowed_addresses: ["46.19.210.14"] }, agent);
    expect(await found(trunk_id, "livekit.allow_list")).toMatchObject({ status: "manual" });
  });

  test("an open trunk is repaired by the call that is named", async () => {
    const trunk_id = await start("livekit_create_inbound_trunk", { ...inbound, auth_username: undefined }, agent);
    const [{ tool, arguments: args }] = (await found(trunk_id, "livekit.open")).repair;
    await call(tool, { ...args, auth_username: "carrier" });
    expect(await found(trunk_id, "livekit.open")).toBeUndefined();
  });

  test("a trunk that is as it should be leaves nothing but what a person has to look at", async () => {
    const trunk_id = await start("livekit_create_inbound_trunk", inbound, agent);
    const { findings } = await call("check_trunk", { trunk_id });
    expect(findings.filter(({ status }: { status: string }) => status === "fail" || status === "warn")).toEqual([]);
    expect(findings.map(({ check }: { check: string }) => check)).toContain("livekit.sip_host");
  });
});

describe("the hosts that are asked about a trunk", () => {
  const asked: string[] = [];
  const note = async (name: string) => {
    asked.push(name);
    throw Object.assign(new Error("not found"), { code: "ENOTFOUND" });
  };
  const resolver: DnsResolver = { resolve4: note, resolve6: note, resolveCname: note, resolveSrv: note, resolveNaptr: note };
  const live: Options = { sandboxRules: false, probes: { resolver } };

  test.each([
    ["the SIP host of an inbound trunk", "livekit_create_inbound_trunk", inbound, "sandbox.sip.livekit.cloud"],
    ["the gateway of an outbound trunk", "livekit_create_outbound_trunk", outbound, "sip.example.com"],
  ])("%s", async (_, tool, fields, host) => {
    const trunk_id = await start(tool, fields, undefined, live);
    asked.splice(0);
    await call("check_trunk", { trunk_id });
    expect(asked).toContain(host);
  });
});
