import type { World } from "./agent.ts";

/** An Exotel trunk in both directions: number, address, destination, login and alias. */
export async function salesTrunk({ call }: World, name = "sales_pbx", number = "+918044319240", ip = "44.248.146.11"): Promise<string> {
  const { trunk } = await call("exotel_create_trunk", { trunk_name: name });
  const trunk_sid: string = trunk.trunk_id;
  await call("exotel_map_phone_number", { trunk_sid, phone_number: number, mode: "pstn" });
  await call("exotel_whitelist_ip", { trunk_sid, ip });
  await call("exotel_add_destination_uris", { trunk_sid, destinations: [{ destination: "pbx.example.com:5061;transport=tls" }] });
  return trunk_sid;
}

/** An Exotel trunk without anything. */
export async function emptyTrunk({ call }: World, name: string): Promise<string> {
  return (await call("exotel_create_trunk", { trunk_name: name })).trunk.trunk_id;
}

export async function europeTrunk({ call }: World, more: object = {}): Promise<string> {
  const given = { name: "europe", allowed_sip_ips: ["44.248.146.11"], on_cli_mismatch_action: "reject_call", ...more };
  return (await call("didww_create_voice_out_trunk", given)).trunk.trunk_id;
}

export async function botTrunk({ call }: World, name = "front_desk"): Promise<string> {
  const given = { trunk_name: name, trunk_type: "exotel", trunk_config: { exotel_number: "+918044319240" } };
  return (await call("vyom_create_outbound_trunk", given)).trunk.trunk_id;
}

/** A LiveKit trunk that agent front-desk answers. */
export async function answeredTrunk({ call }: World): Promise<string> {
  const { trunk } = await call("livekit_create_inbound_trunk", {
    name: "front_desk_in",
    numbers: ["+33144556677"],
    auth_username: "carrier",
  });
  const rule = { name: "rule", trunk_ids: ["front_desk_in"], rule_type: "individual", agents: [{ agent_name: "front-desk" }] };
  await call("livekit_create_dispatch_rule", rule);
  return trunk.trunk_id;
}
