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
];

/** Wrong calls, and the words that a person must find in what the client shows of each. */
export const wrongCalls = [
  ["exotel_create_trunk", { trunk_name: "a name that is far too long" }, /invalid_input.*trunk_name|trunk_name.*invalid_input/],
  ["get_trunk", { trunk_id: "nowhere" }, /not_found/],
];

export const deletion = ["exotel_delete_trunk", { trunk_sid: "branch" }];
