import { askEmulator, type Emulator } from "../../../core/carrier/emulator.ts";
import { emptyState } from "./state.ts";

/** Two trunks for calls out, each of which shows a number of the account, and one for calls in: of its two numbers one cannot ring yet. */
export function seedDidww(emulator: Emulator, key: string): void {
  const [first, second] = emptyState().dids.keys();
  const headers = { "api-key": key, "content-type": "application/vnd.api+json" };
  const login = (ip: string) => ({ type: "credentials_and_ip", attributes: { allowed_sip_ips: [ip] } });
  const create = (name: string, threshold_amount: string, ip: string, did = "") =>
    askEmulator(emulator, "POST", "v3/voice_out_trunks", headers, {
      data: {
        type: "voice_out_trunks",
        attributes: { name, on_cli_mismatch_action: "reject_call", threshold_amount, authentication_method: login(ip) },
        relationships: { dids: { data: [{ type: "dids", id: did }] } },
      },
    });
  const [, , , awaiting] = emptyState().dids.keys();
  const inbound = {
    name: "vilnius_reception",
    configuration: { type: "sip_configurations", attributes: { host: "pbx.example.com", port: 5061 } },
  };
  const made = askEmulator(emulator, "POST", "v3/voice_in_trunks", headers, { data: { type: "voice_in_trunks", attributes: inbound } });
  const trunk = { type: "voice_in_trunks", id: (made as { data: { id: string } }).data.id };
  for (const did of [first, awaiting])
    askEmulator(emulator, "PATCH", `v3/dids/${did}`, headers, {
      data: { id: did, type: "dids", relationships: { voice_in_trunk: { data: trunk } } },
    });
  create("vilnius_sales", "100.0", "44.248.146.11", first);
  create("stockholm_support", "50.0", "44.248.146.11", second);
}
