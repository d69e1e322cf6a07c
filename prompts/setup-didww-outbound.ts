import * as z from "zod";
import { askFor, attachTrunk, definePrompt, inUse, literal, planned, trunkNames } from "../src/core/prompt.ts";
import { didww } from "../src/providers/didww/index.ts";

export default definePrompt({
  name: "setup_didww_outbound",
  title: "Set up outbound calls on DIDWW",
  description: "A voice out trunk with its addresses, caller id rule and spending limit.",
  provider: didww,
  arguments: z.object({
    name: z.string().max(255).describe("Name of the trunk, new or existing"),
    ip: z.string().max(64).optional().describe("Public IP address, or range, from which calls come"),
    threshold_amount: z.string().max(16).optional().describe("Most that the trunk may spend in 24 hours, such as 100.0"),
  }),
  complete: {
    name: trunkNames("didww"),
    ip: inUse("didww", "ips"),
    threshold_amount: async () => ["50.0", "100.0", "500.0", "1000.0"],
  },
  async write({ name, ip, threshold_amount }, { findTrunk }) {
    const trunk = await findTrunk("didww", name);
    const quoted = literal(name, "name");
    const ips = `[${literal(ip, "IP address")}]`;
    const limit = literal(threshold_amount, "amount");
    const options = trunk ? "" : `, "options": {"on_cli_mismatch_action": "reject_call", "threshold_amount": ${limit}}`;
    const setup = `{"provider": "didww", "use_case": "outbound", "trunk": ${quoted}, "ips": ${ips}${options}}`;
    const steps = planned(
      setup,
      [
        "Say what these mean before planning: reject_call refuses calls whose caller id is not a DID of the account, send_original_cli lets them through unchanged. Without threshold_amount the carrier allows 3,000 a day. Other attributes of the trunk go into options, under the carrier's names.",
        "dst_prefixes are exceptions to default_dst_action: with reject_all they are the only allowed prefixes, with allow_all the only refused ones. For one country use reject_all and its prefix.",
        "The login is made by the carrier. It is not shown here; the person sees it with secret_command. Both the login and one of the addresses are needed to place a call. Read trunkline://guides/pbx-settings for hosts and ports.",
      ],
      { provider: "didww", trunk: quoted },
    );
    const missing = askFor({ "IP address": trunk ? "-" : ip, "spending limit for 24 hours": trunk ? "-" : threshold_amount });
    return [{ text: `Set up outbound calls on DIDWW.${missing}\n${steps}`, resource: attachTrunk(trunk) }];
  },
});
