import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv-provider.js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { computeSurface } from "../../src/mcp/surface.ts";
import { tools } from "../../tools/index.ts";
import { agreeing, startTrunkline, type Trunkline } from "../support/trunkline.ts";

const { tools: listed } = await computeSurface();

let trunkline: Trunkline;
let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "listed-output-"));
  trunkline = await startTrunkline({ era: "v1", unlimited: true, person: agreeing, output: { kind: "folder", base } });
  // From here on the SDK's client checks each result against the listed schema, and throws where it does not fit.
  await trunkline.client.listTools();
});
afterAll(async () => {
  await trunkline.close();
  await rm(base, { recursive: true, force: true });
});

const exotel = { trunk_sid: "shown" };
const number = "+918044319240";

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
const seen: Record<string, any> = {};

type Arguments = Record<string, unknown>;

/** One call of each tool that ends well, in an order that works. */
const calls: [string, Arguments | ((answers: typeof seen) => Arguments)][] = [
  ["list_trunks", {}],
  ["plan_trunk", { provider: "exotel", use_case: "outbound", trunk: "planned", numbers: ["+918044319241"], ips: ["203.0.113.9"] }],
  ["connect_trunk", { provider: "exotel", numbers: ["+918044319242"], agent_name: "front-desk" }],
  ["apply_plan", ({ plan_trunk }) => ({ plan_id: plan_trunk.plan_id })],
  ["get_plan", ({ plan_trunk }) => ({ plan_id: plan_trunk.plan_id })],
  ["exotel_create_trunk", { trunk_name: "shown" }],
  ["exotel_map_phone_number", { ...exotel, phone_number: number }],
  ["exotel_list_phone_numbers", exotel],
  ["exotel_find_trunk_by_number", { phone_number: number }],
  ["exotel_whitelist_ip", { ...exotel, ip: "203.0.113.50" }],
  ["exotel_list_whitelisted_ips", exotel],
  ["exotel_add_destination_uris", { ...exotel, destinations: [{ destination: "203.0.113.50:5061;transport=tls" }] }],
  ["exotel_list_destination_uris", exotel],
  ["exotel_create_credentials", { ...exotel, user_name: "desk" }],
  ["exotel_get_credentials", exotel],
  ["exotel_set_trunk_alias", { ...exotel, alias: number }],
  ["get_trunk", { trunk_id: "shown" }],
  ["check_trunk", { trunk_id: "shown" }],
  ["explain_sip_code", { code: 403, trunk_id: "shown" }],
  ["find_gateway", { provider: "exotel" }],
  ["export_pbx_config", { trunk_id: "shown", format: "asterisk", folder: "pbx" }],
  [
    "exotel_update_phone_number",
    ({ exotel_list_phone_numbers: list }) => ({
      ...exotel,
      phone_number_id: list.phone_numbers[0].phone_number_id,
      phone_number: number,
      mode: "flow",
    }),
  ],
  [
    "exotel_unmap_phone_number",
    ({ exotel_list_phone_numbers: list }) => ({ ...exotel, phone_number_id: list.phone_numbers[0].phone_number_id }),
  ],
  [
    "exotel_remove_destination_uri",
    ({ exotel_list_destination_uris: list }) => ({ ...exotel, destination_uri_id: list.destination_uris[0].destination_uri_id }),
  ],
  [
    "exotel_remove_whitelisted_ip",
    ({ exotel_list_whitelisted_ips: list }) => ({ ...exotel, whitelisted_ip_id: list.whitelisted_ips[0].whitelisted_ip_id }),
  ],
  ["exotel_delete_credentials", ({ exotel_get_credentials: list }) => ({ ...exotel, credential_id: list.credentials[0].credential_id })],
  ["exotel_remove_trunk_alias", exotel],
  ["exotel_update_trunk", { ...exotel, trunk_name: "renamed" }],
  ["exotel_delete_trunk", { trunk_sid: "renamed" }],
  ["didww_create_voice_out_trunk", { name: "out", on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["203.0.113.7"] }],
  ["didww_update_voice_out_trunk", { trunk_id: "out", capacity_limit: 5 }],
  ["didww_regenerate_credentials", { trunk_id: "out" }],
  ["didww_delete_voice_out_trunk", { trunk_id: "out" }],
  ["vyom_create_outbound_trunk", { trunk_name: "agents", trunk_type: "exotel", trunk_config: { exotel_number: number } }],
  ["vyom_deactivate_trunk", { trunk_id: "agents" }],
  ["twilio_create_trunk", { friendly_name: "elastic", domain_name: "elastic.pstn.twilio.com" }],
  ["twilio_update_trunk", { trunk_sid: "elastic", secure: true }],
  ["twilio_allow_ip", { trunk_sid: "elastic", ip: "203.0.113.7" }],
  ["twilio_create_credential", { trunk_sid: "elastic", username: "agent" }],
  ["twilio_add_origination_url", { trunk_sid: "elastic", sip_url: "sip:sip.example.com:5061;transport=tls" }],
  ["twilio_update_origination_url", { trunk_sid: "elastic", destination: "sip.example.com", priority: 20 }],
  ["twilio_assign_phone_number", { trunk_sid: "elastic", phone_number: "+12025550110" }],
  ["twilio_unassign_phone_number", { phone_number: "+12025550110" }],
  ["twilio_remove_origination_url", { trunk_sid: "elastic", destination: "sip.example.com" }],
  ["twilio_delete_credential", { trunk_sid: "elastic", username: "agent" }],
  ["twilio_remove_ip", { trunk_sid: "elastic", ip: "203.0.113.7" }],
  ["twilio_delete_trunk", { trunk_sid: "elastic" }],
  ["didww_create_voice_in_trunk", { name: "calls_in", host: "sip.example.com", auth_user: "u", auth_password: "Sesame-open-4" }],
  ["didww_update_voice_in_trunk", { trunk_id: "calls_in", port: 5060 }],
  ["didww_route_did", { phone_number: "+12025550143", trunk_id: "calls_in" }],
  ["didww_list_dids", { routed: true }],
  ["didww_delete_voice_in_trunk", { trunk_id: "calls_in" }],
  ["livekit_create_inbound_trunk", { name: "in", numbers: [number], auth_username: "carrier" }],
  ["livekit_update_inbound_trunk", { trunk_id: "in", allowed_addresses: ["203.0.113.7"] }],
  ["livekit_create_outbound_trunk", { name: "calls_out", address: "sip.example.com", transport: "tls", numbers: [number] }],
  ["livekit_update_outbound_trunk", { trunk_id: "calls_out", destination_country: "in" }],
  [
    "livekit_create_dispatch_rule",
    { name: "rule", trunk_ids: ["in"], rule_type: "individual", room_prefix: "call", agents: [{ agent_name: "front-desk" }] },
  ],
  ["livekit_list_dispatch_rules", {}],
  [
    "livekit_update_dispatch_rule",
    ({ livekit_list_dispatch_rules: list }) => ({ dispatch_rule_id: list.dispatch_rules[0].dispatch_rule_id, room_prefix: "desk" }),
  ],
  [
    "livekit_delete_dispatch_rule",
    ({ livekit_list_dispatch_rules: list }) => ({ dispatch_rule_id: list.dispatch_rules[0].dispatch_rule_id }),
  ],
  ["livekit_delete_trunk", { trunk_id: "in" }],
  ["telnyx_create_outbound_voice_profile", { name: "office" }],
  ["telnyx_update_outbound_voice_profile", { outbound_voice_profile_id: "office", concurrent_call_limit: "5" }],
  ["telnyx_list_outbound_voice_profiles", {}],
  ["telnyx_create_connection", { connection_name: "line", connection_type: "fqdn", outbound_voice_profile_id: "office" }],
  ["telnyx_update_connection", { connection_id: "line", transport_protocol: "TCP" }],
  ["telnyx_add_address", { connection_id: "line", fqdn: "sip.example.com" }],
  ["telnyx_set_login", { connection_id: "line", user_name: "lineone" }],
  ["telnyx_assign_phone_number", { connection_id: "line", phone_number: "+13125550141" }],
  ["telnyx_list_phone_numbers", { connection_id: "line" }],
  ["telnyx_unassign_phone_number", { phone_number: "+13125550141" }],
  ["telnyx_remove_address", { connection_id: "line", address: "sip.example.com" }],
  ["telnyx_delete_connection", { connection_id: "line" }],
];

describe("a client that checks results against the listed schemas", () => {
  test("is asked to call every tool", () => {
    expect(calls.map(([name]) => name).sort()).toEqual(Object.keys(tools).sort());
  });

  test.each(calls)("takes what %s answers", async (name, args) => {
    const { isError, value } = await trunkline.call(name, typeof args === "function" ? args(seen) : args);
    expect(isError, JSON.stringify(value)).toBe(false);
    seen[name] = value;
  });

  test("would refuse a result of other types", () => {
    const checker = new AjvJsonSchemaValidator();
    const taken = listed.filter(({ listed: { outputSchema } }) => {
      const wrong = Object.keys(outputSchema["properties"] as object).map((name) => [name, Symbol("of no type")]);
      return checker.getValidator(outputSchema)(Object.fromEntries(wrong)).valid;
    });
    expect(taken).toEqual([]);
  });

  test("compiles once for all tools that answer alike with one field", () => {
    const checker = new AjvJsonSchemaValidator();
    const compile = vi.spyOn((checker as unknown as { _ajv: { compile(schema: object): unknown } })._ajv, "compile");
    for (const { listed: one } of listed) checker.getValidator(one.outputSchema);
    const alike = new Set(listed.map(({ listed: one }) => JSON.stringify(one.outputSchema)));
    expect(compile.mock.calls.length).toBeLessThan(listed.length * 0.7);
    // An id that stood for two schemas would hide one of them.
    expect(compile.mock.calls.length).toBeGreaterThanOrEqual(alike.size);
  });

  test("is told of nothing that could refuse what the allow-list lets out", () => {
    const text = JSON.stringify(listed.map((tool) => tool.listed.outputSchema));
    expect(text).not.toMatch(/"(?:additionalProperties|required|description)"/);
  });
});
