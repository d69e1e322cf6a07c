import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startPlanning } from "../plans/support.ts";
import { directions, lines, wanted, writes } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
/** Everything that a client was told. */
let told: string[];
const call = async (tool: string, given: Record<string, unknown>) => {
  const { isError, value } = await trunkline.call(tool, given);
  told.push(JSON.stringify(value));
  expect(isError, `${tool}: ${JSON.stringify(value)}`).toBe(false);
  return value;
};

beforeEach(async () => {
  told = [];
  trunkline = await startPlanning();
});
afterEach(() => trunkline.close());

const carriers = Object.keys(lines);
const password = expect.stringMatching(/^\w{24}$/);
const agent = {
  path: "CreateSIPDispatchRule",
  body: {
    dispatch_rule: expect.objectContaining({
      trunk_ids: [expect.stringMatching(/^ST_/)],
      rule: { dispatch_rule_individual: { room_prefix: "call" } },
      room_config: { agents: [{ agent_name: "front-desk" }] },
    }),
  },
};
const inbound = (more: object) => ({ path: "CreateSIPInboundTrunk", body: { trunk: { name: "agent_front_desk inbound", ...more } } });
const outbound = (more: object) => ({ path: "CreateSIPOutboundTrunk", body: { trunk: { name: "agent_front_desk outbound", ...more } } });
const media = (encryption: string) => ({ media: { encryption: `SIP_MEDIA_ENCRYPT_${encryption}` } });

/** The values of both ends, row by row as the carriers and LiveKit document them. */
const platformGets: Record<string, unknown[]> = {
  exotel: [
    inbound({ numbers: ["+918044319240"], ...media("ALLOW") }),
    agent,
    outbound({
      ...{ address: "in.voip.exotel.com:443", transport: "SIP_TRANSPORT_TLS", ...media("REQUIRE") },
      ...{ numbers: ["+918044319240"], destination_country: "in", auth_username: "lk_agent_front_desk", auth_password: password },
    }),
  ],
  didww: [
    inbound({ numbers: ["+37061498222"], auth_username: "lkagentfrontdesk", auth_password: password, ...media("ALLOW") }),
    agent,
    outbound({
      ...{ address: "fra.eu.out.didww.com", transport: "SIP_TRANSPORT_TLS", ...media("REQUIRE") },
      ...{ numbers: ["+37061498222"], destination_country: "lt", auth_username: expect.any(String), auth_password: expect.any(String) },
    }),
  ],
  twilio: [
    inbound({
      numbers: ["+12025550112"],
      allowed_addresses: [
        ...["54.172.60.0/30", "54.244.51.0/30", "54.171.127.192/30", "35.156.191.128/30"],
        ...["54.65.63.192/30", "54.169.127.128/30", "54.252.254.64/30", "177.71.206.192/30"],
      ],
      ...media("REQUIRE"),
    }),
    agent,
    outbound({
      ...{ address: "agent-front-desk-sandbox.pstn.twilio.com", transport: "SIP_TRANSPORT_TLS", ...media("REQUIRE") },
      ...{ numbers: ["+12025550112"], destination_country: "us", auth_username: "lkagentfrontdesk", auth_password: password },
    }),
  ],
  telnyx: [
    inbound({ numbers: ["+13125550142"], allowed_addresses: ["192.76.120.10", "64.16.250.10"], ...media("ALLOW") }),
    agent,
    outbound({
      ...{ address: "sip.telnyx.com", transport: "SIP_TRANSPORT_TCP", ...media("DISABLE") },
      ...{ numbers: ["+13125550142"], destination_country: "us", auth_username: "lkagentfrontdesk", auth_password: password },
      headers: { "X-Telnyx-Username": "lkagentfrontdesk" },
    }),
  ],
};

const sent = (path: string, body: object) => ({ path, body: expect.objectContaining(body) });
const attributes = (more: object) => ({ data: expect.objectContaining({ attributes: expect.objectContaining(more) }) });
const carrierGets: Record<string, unknown[]> = {
  exotel: [
    sent("trunks", { trunk_name: "agent_front_desk" }),
    sent("destination-uris", { destinations: [{ destination: "sandbox.india.sip.livekit.cloud:5061;transport=tls" }] }),
    sent("credentials", { user_name: "lk_agent_front_desk", password }),
    sent("phone-numbers", { phone_number: "+918044319240", mode: "pstn" }),
  ],
  didww: [
    sent(
      "voice_in_trunks",
      attributes({
        configuration: {
          type: "sip_configurations",
          attributes: expect.objectContaining({
            ...{ host: "sandbox.sip.livekit.cloud", port: 5061, username: "+{DID}", transport_protocol_id: 3 },
            ...{ media_encryption_mode: "srtp_sdes", auth_enabled: true, auth_user: "lkagentfrontdesk", auth_password: password },
          }),
        },
      }),
    ),
    sent("7a6c177d-a054-4c75-9b4c-b1596ed6fa25", { data: expect.objectContaining({ type: "dids" }) }),
    sent(
      "voice_out_trunks",
      attributes({
        ...{ on_cli_mismatch_action: "reject_call", threshold_amount: "50.0", media_encryption_mode: "srtp_sdes" },
        authentication_method: {
          type: "credentials_and_ip",
          attributes: { allowed_sip_ips: ["143.223.88.0/21", "161.115.160.0/19", "153.57.128.0/18"] },
        },
      }),
    ),
  ],
  twilio: [
    sent("Trunks", { DomainName: "agent-front-desk-sandbox.pstn.twilio.com", Secure: "true" }),
    sent("CredentialLists.json", {}),
    sent("Credentials.json", { Username: "lkagentfrontdesk", Password: password }),
    sent("CredentialLists", {}),
    sent("OriginationUrls", { SipUrl: "sip:sandbox.sip.livekit.cloud;transport=tls", Enabled: "true" }),
    sent("PhoneNumbers", { PhoneNumberSid: expect.stringMatching(/^PN/) }),
  ],
  telnyx: [
    sent("outbound_voice_profiles", { daily_spend_limit: "50.00" }),
    sent("fqdn_connections", {
      transport_protocol: "TCP",
      inbound: expect.objectContaining({ ani_number_format: "+E.164", dnis_number_format: "+e164" }),
    }),
    sent("fqdns", { fqdn: "sandbox.sip.livekit.cloud", dns_record_type: "a", port: 5060 }),
    sent("fqdn_authentication", { user_name: "lkagentfrontdesk", password }),
    { path: expect.stringMatching(/^\d+$/), body: { connection_id: expect.stringMatching(/^\d+$/) } },
  ],
};

/** The request of each connection's last step. */
const lastRequest: Record<string, { method: string; path: string }> = {
  livekit_create_outbound_trunk: { method: "POST", path: "CreateSIPOutboundTrunk$" },
  exotel_map_phone_number: { method: "POST", path: "phone-numbers$" },
  didww_route_did: { method: "PATCH", path: "/dids/" },
  twilio_assign_phone_number: { method: "POST", path: "/PhoneNumbers$" },
  telnyx_assign_phone_number: { method: "PATCH", path: "/phone_numbers/" },
};

describe.each(carriers)("%s and LiveKit", (provider) => {
  test("both directions: each end gets the values of the other, in the documented form", async () => {
    const { plan_id } = await call("connect_trunk", wanted(provider, "both"));
    expect(await call("apply_plan", { plan_id })).toMatchObject({ state: "done" });
    expect(writes(trunkline, "livekit")).toEqual(platformGets[provider]);
    expect(writes(trunkline, provider)).toEqual(carrierGets[provider]);
  });

  test.each(directions)("%s: three calls and one question, and a second time there is nothing to do", async (direction) => {
    const { plan_id, summary } = await call("connect_trunk", wanted(provider, direction));
    expect(await call("apply_plan", { plan_id })).toMatchObject({ state: "done" });
    expect(trunkline.asked.length).toBeLessThanOrEqual(1);
    for (const message of trunkline.asked) expect(message, "a person reads both ends first").toContain(summary[0]);
    expect(summary[0]).toMatch(
      direction === "outbound" ? /^Agents on LiveKit's sandbox will call out over/ : /^Calls to \+\d.* will be answered by/,
    );
    expect((await call("connect_trunk", wanted(provider, direction))).steps).toEqual([]);
  });

  test.each(directions)("%s: a login goes from one end to the other, and to nobody else", async (direction) => {
    const { plan_id } = await call("connect_trunk", wanted(provider, direction));
    expect(told.join(" "), "a reader is told whose login it is, in words").not.toMatch(/\b(secret|login):[a-z]+\//);
    await call("apply_plan", { plan_id });
    await call("get_plan", { plan_id });
    const here = secrets(writes(trunkline, provider));
    const there = secrets(writes(trunkline, "livekit"));
    const rows = JSON.stringify(await trunkline.scope.store.journal.rows(0, 200));
    const open = [...told, rows, ...trunkline.asked].join("\n");
    for (const one of [...here, ...there]) expect(open).not.toContain(one);
    // DIDWW makes the logins for calls out itself, so that only LiveKit is sent them.
    const ownIn = provider === "didww" && direction !== "outbound" ? 1 : 0;
    const ownOut = direction === "inbound" ? 0 : 1;
    expect([here.length, there.length]).toEqual([provider === "didww" ? ownIn : ownOut, ownIn + ownOut]);
    expect(there.slice(0, here.length)).toEqual(here);
  });

  test.each(directions)("%s: disconnecting takes everything away again, the carrier's side first", async (direction) => {
    await call("apply_plan", { plan_id: (await call("connect_trunk", wanted(provider, direction))).plan_id });
    const back = await call("connect_trunk", { ...wanted(provider, direction), disconnect: true });
    expect(back.approval_needed).toBe(true);
    const order = back.steps.map(({ tool }: { tool: string }) => tool.startsWith("livekit_"));
    expect(order).toEqual([...order].sort());
    expect(await call("apply_plan", { plan_id: back.plan_id })).toMatchObject({ state: "done" });
    for (const id of [provider, "livekit"]) expect((await call("list_trunks", { provider: id })).trunks, id).toEqual([]);
    for (const message of trunkline.asked) expect(message, "everything that goes has a name").not.toMatch(/""|serve nobody/);
    expect((await call("connect_trunk", { ...wanted(provider, direction), disconnect: true })).steps).toEqual([]);
  });

  test.each(directions)("%s: one that stopped at its last step is undone at both ends", async (direction) => {
    const { plan_id, steps } = await call("connect_trunk", wanted(provider, direction));
    const { tool } = steps.at(-1);
    trunkline.sandbox.script({ kind: "status", status: 403, ...(lastRequest[tool] ?? { path: tool }), times: 9 });
    const { state, undo_plan_id } = await call("apply_plan", { plan_id });
    expect(state).toBe("partial");
    trunkline.sandbox.clearFaults();
    expect(await call("apply_plan", { plan_id: undo_plan_id })).toMatchObject({ state: "done" });
    for (const id of [provider, "livekit"]) expect((await call("list_trunks", { provider: id })).trunks, id).toEqual([]);
  });
});

/** The passwords that were sent, under whatever name. */
function secrets(bodies: readonly { body: unknown }[]): string[] {
  const found: string[] = [];
  JSON.stringify(bodies, (key, value) => {
    if (/^(auth_)?password$/i.test(key) && typeof value === "string") found.push(value);
    return value;
  });
  return found;
}
