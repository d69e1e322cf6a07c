import { askEmulator, type Emulator } from "../../../core/carrier/emulator.ts";
import { emptyState } from "./state.ts";

const PBX = "44.248.146.11";

/** Three trunks. `night_desk` has no outbound voice profile: every call out of it is refused. */
export function seedTelnyx(emulator: Emulator, key: string): void {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const send = (method: string, path: string, body: object) =>
    (askEmulator(emulator, method, `v2/${path}`, headers, body) as { data: { id: string } }).data.id;
  const post = (path: string, body: object) => send("POST", path, body);
  const [first, second, third] = emptyState().numbers.keys();
  const take = (number: string | undefined, connection_id: string) => send("PATCH", `phone_numbers/${number}`, { connection_id });

  const profile = post("outbound_voice_profiles", {
    name: "office",
    whitelisted_destinations: ["US", "CA", "GB"],
    daily_spend_limit: "50.00",
    daily_spend_limit_enabled: true,
    concurrent_call_limit: 10,
  });
  const plus = { ani_number_format: "+E.164", dnis_number_format: "+e164" };
  const outbound = { outbound_voice_profile_id: profile };
  const office = post("ip_connections", { connection_name: "chicago_office", transport_protocol: "TLS", inbound: plus, outbound });
  post("ips", { connection_id: office, ip_address: PBX, port: 5061 });
  take(first, office);
  const bot = post("fqdn_connections", {
    connection_name: "chicago_bot",
    transport_protocol: "TCP",
    inbound: { ...plus, sip_subdomain_receive_settings: "only_my_connections" },
    outbound,
  });
  post("fqdns", { connection_id: bot, fqdn: "bot.example.com", dns_record_type: "a", port: 5060 });
  take(second, bot);
  const desk = post("credential_connections", {
    connection_name: "night_desk",
    user_name: "nightdesk",
    password: "opens nothing",
    inbound: plus,
  });
  take(third, desk);
}
