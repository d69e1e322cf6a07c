import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SANDBOX_KEY, SANDBOX_SECRET } from "../../src/providers/livekit/sandbox-key.ts";
import { mintToken } from "../../src/providers/livekit/token.ts";
import { PASSWORD, startLiveKit } from "../support/livekit.ts";
import type { Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
beforeEach(async () => {
  trunkline = await startLiveKit();
});
afterEach(() => trunkline.close());

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
const call = async (tool: string, args: object): Promise<any> => (await trunkline.call(tool, { ...args })).value;
const inbound = { name: "in", numbers: ["+33144556677"], auth_username: "carrier", auth_password: "env:TRUNKLINE_SECRET_SIP" };
const outbound = { name: "out", address: "sip.example.com", transport: "tls", numbers: ["+33144556677"] };
const sent = (method: string) => trunkline.sandbox.seen.filter(({ path }) => path.endsWith(method)).length;
const noReads = (after: number) => trunkline.sandbox.script({ kind: "status", status: 500, effect: "read", after, times: 50 });

describe("a create whose answer is lost, and reading back with it", () => {
  test.each<[string, string, object, number]>([
    ["an inbound trunk", "CreateSIPInboundTrunk", inbound, 1],
    ["an outbound trunk", "CreateSIPOutboundTrunk", outbound, 1],
  ])("%s is found by the same call again, and made once", async (_, method, args, reads) => {
    const tool = method.includes("Inbound") ? "livekit_create_inbound_trunk" : "livekit_create_outbound_trunk";
    trunkline.sandbox.script({ kind: "lost", path: method });
    noReads(reads);
    expect(await call(tool, args)).toMatchObject({ code: "outcome_unknown", applied: "unknown" });
    trunkline.sandbox.clearFaults();
    const again = await call(tool, args);
    expect(again).toMatchObject({ settled: true, trunk: { trunk_id: expect.stringMatching(/^ST_/) } });
    expect(sent(method)).toBe(1);
    if (method.includes("Inbound")) expect(again.credentials.secret_ref).toBe(`secret:livekit/${again.trunk.trunk_id}/sip`);
    expect(JSON.stringify(again)).not.toContain(PASSWORD);
  });

  test("a rule is found by what tells it from every other", async () => {
    await call("livekit_create_inbound_trunk", inbound);
    const rule = { name: "rule", trunk_ids: ["in"], rule_type: "individual", agents: [{ agent_name: "front-desk" }] };
    trunkline.sandbox.script({ kind: "lost", path: "CreateSIPDispatchRule" });
    expect(await call("livekit_create_dispatch_rule", rule)).toMatchObject({ settled: true, dispatch_rule: { agents: ["front-desk"] } });
    expect(sent("CreateSIPDispatchRule")).toBe(1);
  });
});

test("two new outbound trunks that look alike are both named, and neither is taken for ours", async () => {
  const headers = { authorization: `Bearer ${mintToken(SANDBOX_KEY, SANDBOX_SECRET)}` };
  const body = JSON.stringify({ trunk: { ...outbound, transport: "SIP_TRANSPORT_TLS" } });
  // Somebody else makes the same one while ours is on its way.
  trunkline.sandbox.script({ kind: "lost", path: "CreateSIPOutboundTrunk", delay_ms: 300 });
  const ours = call("livekit_create_outbound_trunk", outbound);
  await expect.poll(() => sent("CreateSIPOutboundTrunk")).toBe(1);
  await fetch(`${trunkline.sandbox.urlOf("livekit")}/twirp/livekit.SIP/CreateSIPOutboundTrunk`, { method: "POST", headers, body });
  const { code, candidates, message } = await ours;
  expect([code, candidates]).toEqual(["outcome_unknown", [expect.stringMatching(/^ST_/), expect.stringMatching(/^ST_/)]]);
  expect(message).toMatch(
    /is not known: the connection broke .*\. 2 new records look like this call's; which one is ours cannot be told\./,
  );
});

test("an update whose answer is lost is settled by its values", async () => {
  const { trunk } = await call("livekit_create_outbound_trunk", outbound);
  trunkline.sandbox.script({ kind: "lost", path: "UpdateSIPOutboundTrunk" });
  const changed = await call("livekit_update_outbound_trunk", { trunk_id: trunk.trunk_id, destination_country: "in" });
  expect(changed).toMatchObject({ settled: true, trunk: { attributes: { destination_country: "in" } } });
  trunkline.sandbox.script({ kind: "reset", path: "UpdateSIPOutboundTrunk" });
  const other = await call("livekit_update_outbound_trunk", { trunk_id: trunk.trunk_id, destination_country: "us" });
  expect(other).toMatchObject({ code: "provider_failed", applied: false });
});
