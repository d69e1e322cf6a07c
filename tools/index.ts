import type { AnyTool } from "../src/core/tool.ts";

/** Every tool, one line each, loaded on first use. A test holds this list equal to the folder. */
export const tools = {
  list_trunks: () => import("./trunks/list-trunks.ts"),
  get_trunk: () => import("./trunks/get-trunk.ts"),
  plan_trunk: () => import("./plans/plan-trunk.ts"),
  apply_plan: () => import("./plans/apply-plan.ts"),
  get_plan: () => import("./plans/get-plan.ts"),
  export_pbx_config: () => import("./sip/export-pbx-config.ts"),
  exotel_create_trunk: () => import("./exotel/create-trunk.ts"),
  exotel_update_trunk: () => import("./exotel/update-trunk.ts"),
  exotel_delete_trunk: () => import("./exotel/delete-trunk.ts"),
  exotel_map_phone_number: () => import("./exotel/map-phone-number.ts"),
  exotel_update_phone_number: () => import("./exotel/update-phone-number.ts"),
  exotel_unmap_phone_number: () => import("./exotel/unmap-phone-number.ts"),
  exotel_list_phone_numbers: () => import("./exotel/list-phone-numbers.ts"),
  exotel_find_trunk_by_number: () => import("./exotel/find-trunk-by-number.ts"),
  exotel_whitelist_ip: () => import("./exotel/whitelist-ip.ts"),
  exotel_remove_whitelisted_ip: () => import("./exotel/remove-whitelisted-ip.ts"),
  exotel_list_whitelisted_ips: () => import("./exotel/list-whitelisted-ips.ts"),
  exotel_add_destination_uris: () => import("./exotel/add-destination-uris.ts"),
  exotel_remove_destination_uri: () => import("./exotel/remove-destination-uri.ts"),
  exotel_list_destination_uris: () => import("./exotel/list-destination-uris.ts"),
  exotel_get_credentials: () => import("./exotel/get-credentials.ts"),
  exotel_create_credentials: () => import("./exotel/create-credentials.ts"),
  exotel_delete_credentials: () => import("./exotel/delete-credentials.ts"),
  exotel_set_trunk_alias: () => import("./exotel/set-trunk-alias.ts"),
  exotel_remove_trunk_alias: () => import("./exotel/remove-trunk-alias.ts"),
  didww_create_voice_out_trunk: () => import("./didww/create-voice-out-trunk.ts"),
  didww_update_voice_out_trunk: () => import("./didww/update-voice-out-trunk.ts"),
  didww_regenerate_credentials: () => import("./didww/regenerate-credentials.ts"),
  didww_delete_voice_out_trunk: () => import("./didww/delete-voice-out-trunk.ts"),
  vyom_create_outbound_trunk: () => import("./vyom/create-outbound-trunk.ts"),
  vyom_deactivate_trunk: () => import("./vyom/deactivate-trunk.ts"),
} satisfies Record<string, () => Promise<{ default: AnyTool }>>;

export type ToolName = keyof typeof tools;
