// The calls of one client, in order: a tool, its arguments, and what the text that the client gives its user must say.
/** Words of an answer that waits for a person. */
export const ASKS = /approval_required/;

const trunk = { trunk_sid: "office" };
const number = "+918044319240";
const destination = "203.0.113.7:5061;transport=tls";

export const calls = [
  ["list_trunks", {}, /"trunks":\[\]/],
  ["exotel_create_trunk", { trunk_name: "office" }, /"trunk_name":"office"/],
  // Numbers as people write them.
  ["exotel_map_phone_number", { ...trunk, phone_number: "+91 80 4431 9240" }, /"phone_number":"\+918044319240"/],
  ["exotel_whitelist_ip", { ...trunk, ip: "203.0.113.7", mask: 32 }, /"ip":"203\.0\.113\.7"/],
  ["exotel_add_destination_uris", { ...trunk, destinations: [{ destination }] }, /"destination_uris":\[\{/],
  ["exotel_create_credentials", { ...trunk, user_name: "office_pbx" }, /"user_name":"office_pbx"/],
  ["exotel_set_trunk_alias", { ...trunk, alias: number }, /"alias":"\+918044319240"/],
  ["exotel_list_phone_numbers", trunk, /"phone_numbers":\[\{/],
  ["exotel_list_whitelisted_ips", { ...trunk, limit: 5 }, /"whitelisted_ips":\[\{/],
  ["exotel_list_destination_uris", trunk, /"destination_uris":\[\{/],
  ["exotel_find_trunk_by_number", { phone_number: "080 4431 9240" }, /office/],
  ["exotel_get_credentials", trunk, /office_pbx/],
  ["get_trunk", { trunk_id: "office" }, /"trunk_name":"office"/],
  ["check_trunk", { trunk_id: "office", direction: "outbound" }, /"findings":\[/],
  ["find_gateway", { provider: "exotel" }, /"candidates":\[\{/],
  ["explain_sip_code", { code: 403, trunk_id: "office" }, /"code":403/],
  ["export_pbx_config", { trunk_id: "office", format: "asterisk", folder: "pbx" }, /"files":\[\{/],
  ["exotel_update_phone_number", { phone_number: number, mode: "flow" }, ASKS],
  ["exotel_unmap_phone_number", { phone_number: number }, ASKS],
  ["exotel_remove_whitelisted_ip", { ...trunk, ip: "203.0.113.7" }, ASKS],
  ["exotel_remove_destination_uri", { ...trunk, destination }, ASKS],
  ["exotel_delete_credentials", { ...trunk, user_name: "office_pbx" }, ASKS],
  ["exotel_remove_trunk_alias", trunk, ASKS],
  ["exotel_update_trunk", { ...trunk, trunk_name: "branch" }, /"trunk_name":"branch"/],
  [
    "didww_create_voice_out_trunk",
    { name: "out", on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["203.0.113.7/32"], capacity_limit: 5 },
    /"trunk_name":"out"/,
  ],
  ["didww_update_voice_out_trunk", { trunk_id: "out", capacity_limit: 4 }, /"trunk_name":"out"/],
  ["didww_regenerate_credentials", { trunk_id: "out" }, ASKS],
  ["didww_delete_voice_out_trunk", { trunk_id: "out" }, ASKS],
  [
    "vyom_create_outbound_trunk",
    { trunk_name: "bot", trunk_type: "exotel", trunk_config: { exotel_number: "+918044319241", sip_port: 5070 } },
    /"trunk_name":"bot"/,
  ],
  ["vyom_deactivate_trunk", { trunk_id: "bot" }, ASKS],
  [
    "plan_trunk",
    {
      ...{ provider: "didww", use_case: "outbound", trunk: "second", ips: ["203.0.113.9"] },
      options: { on_cli_mismatch_action: "reject_call", capacity_limit: 3 },
      also: [{ provider: "exotel", use_case: "outbound", trunk: "third", numbers: ["+918044319242"], ips: ["203.0.113.9"] }],
    },
    /"plan_id":"plan_/,
  ],
  ["get_plan", { plan_id: "PLAN" }, /"steps":\[\{|"status":/],
  ["apply_plan", { plan_id: "PLAN" }, /"status":"(done|running)"/],
  ["connect_trunk", { provider: "didww", numbers: ["+37061498222"], agent_name: "front-desk" }, /"plan_id":"plan_/],
  ["didww_create_voice_in_trunk", { name: "calls_in", host: "sip.example.com" }, /"trunk_name":"calls_in"/],
  ["didww_update_voice_in_trunk", { trunk_id: "calls_in", port: 5060 }, /"trunk_name":"calls_in"/],
  ["didww_route_did", { phone_number: "+12025550143", trunk_id: "calls_in" }, /12025550143/],
  ["didww_list_dids", { routed: true }, /12025550143/],
  ["didww_delete_voice_in_trunk", { trunk_id: "calls_in" }, ASKS],
  ["livekit_create_inbound_trunk", { name: "in", numbers: [number], auth_username: "carrier" }, /"trunk_name":"in"/],
  ["livekit_update_inbound_trunk", { trunk_id: "in", allowed_addresses: ["203.0.113.7"] }, /"trunk_name":"in"/],
  [
    "livekit_create_dispatch_rule",
    { name: "rule", trunk_ids: ["in"], rule_type: "individual", room_prefix: "call", agents: [{ agent_name: "front-desk" }] },
    /SDR_/,
  ],
  ["livekit_list_dispatch_rules", {}, /front-desk/],
  ["livekit_update_dispatch_rule", { dispatch_rule_id: "RULE", room_prefix: "desk" }, ASKS],
  ["livekit_delete_dispatch_rule", { dispatch_rule_id: "RULE" }, ASKS],
  [
    "livekit_create_outbound_trunk",
    { name: "calls_out", address: "sip.example.com", transport: "tls", numbers: [number] },
    /"trunk_name":"calls_out"/,
  ],
  ["livekit_update_outbound_trunk", { trunk_id: "calls_out", destination_country: "in" }, /"trunk_name":"calls_out"/],
  ["livekit_delete_trunk", { trunk_id: "calls_out" }, ASKS],
  ["twilio_create_trunk", { friendly_name: "elastic", domain_name: "elastic.pstn.twilio.com" }, /"trunk_name":"elastic"/],
  ["twilio_update_trunk", { trunk_sid: "elastic", secure: true }, /"trunk_name":"elastic"/],
  ["twilio_allow_ip", { trunk_sid: "elastic", ip: "203.0.113.7" }, /203\.0\.113\.7/],
  ["twilio_add_origination_url", { trunk_sid: "elastic", sip_url: "sip:sip.example.com:5061;transport=tls" }, /sip\.example\.com/],
  ["twilio_update_origination_url", { trunk_sid: "elastic", destination: "sip.example.com", priority: 20 }, ASKS],
  ["twilio_assign_phone_number", { trunk_sid: "elastic", phone_number: "+12025550110" }, /12025550110/],
  ["twilio_unassign_phone_number", { phone_number: "+12025550110" }, ASKS],
  ["twilio_remove_origination_url", { trunk_sid: "elastic", destination: "sip.example.com" }, ASKS],
  ["twilio_create_credential", { trunk_sid: "elastic", username: "agent" }, ASKS],
  ["twilio_delete_credential", { trunk_sid: "elastic", username: "agent" }, /not_found|approval_required/],
  ["twilio_remove_ip", { trunk_sid: "elastic", ip: "203.0.113.7" }, ASKS],
  ["twilio_delete_trunk", { trunk_sid: "elastic" }, ASKS],
  ["telnyx_create_outbound_voice_profile", { name: "office" }, /office/],
  ["telnyx_update_outbound_voice_profile", { outbound_voice_profile_id: "office", concurrent_call_limit: "5" }, /office/],
  ["telnyx_list_outbound_voice_profiles", {}, /office/],
  [
    "telnyx_create_connection",
    { connection_name: "line", connection_type: "fqdn", outbound_voice_profile_id: "office" },
    /"trunk_name":"line"/,
  ],
  ["telnyx_update_connection", { connection_id: "line", transport_protocol: "TCP" }, /"trunk_name":"line"/],
  ["telnyx_add_address", { connection_id: "line", fqdn: "sip.example.com" }, /sip\.example\.com/],
  ["telnyx_set_login", { connection_id: "line", user_name: "lineone" }, ASKS],
  ["telnyx_assign_phone_number", { connection_id: "line", phone_number: "+13125550141" }, /13125550141/],
  ["telnyx_list_phone_numbers", { connection_id: "line" }, /13125550141/],
  ["telnyx_unassign_phone_number", { phone_number: "+13125550141" }, ASKS],
  ["telnyx_remove_address", { connection_id: "line", address: "sip.example.com" }, ASKS],
  ["telnyx_delete_connection", { connection_id: "line" }, ASKS],
];

/** Wrong calls, and the words that a person must find in what the client shows of each. */
export const wrongCalls = [
  ["exotel_create_trunk", { trunk_name: "a name that is far too long" }, /invalid_input.*trunk_name|trunk_name.*invalid_input/],
  ["get_trunk", { trunk_id: "nowhere" }, /not_found/],
];

export const deletion = ["exotel_delete_trunk", { trunk_sid: "branch" }];
