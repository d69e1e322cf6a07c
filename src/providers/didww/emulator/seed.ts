import { askEmulator, type Emulator } from "../../../core/carrier/emulator.ts";
import { emptyState } from "./state.ts";

/** Two trunks, each of which shows a number of the account. */
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
  create("vilnius_sales", "100.0", "44.248.146.11", first);
  create("stockholm_support", "50.0", "44.248.146.11", second);
}
