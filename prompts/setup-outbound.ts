import * as z from "zod";
import { definePrompt } from "../src/core/prompt.ts";
import { quoteText } from "../src/core/text.ts";
import { exotel } from "../src/providers/exotel/index.ts";

export default definePrompt({
  name: "setup_outbound",
  title: "Set up outbound calls on Exotel",
  description: "Walks through trunk, number and IP whitelist, so that a PBX can place calls (termination).",
  provider: exotel,
  arguments: z.object({
    trunk_name: z.string().max(64).describe("Name of the trunk, new or existing: 1 to 16 letters, digits, underscores"),
    phone_number: z.string().max(32).optional().describe("Caller id, E.164"),
    ip: z.string().max(64).optional().describe("Static public IPv4 address of the PBX"),
  }),
  complete: {
    trunk_name: async (context) => (await context.listTrunks("exotel")).map((trunk) => trunk.trunk_name),
    phone_number: async () => [],
    ip: async () => [],
  },
  async write({ trunk_name, phone_number, ip }, context) {
    const trunk = await context.findTrunk("exotel", trunk_name);
    const name = JSON.stringify(trunk_name);
    const number = phone_number === undefined ? "the person's number in E.164" : quoteText(phone_number);
    const address = ip === undefined ? "the static public IPv4 address of the PBX" : quoteText(ip);
    const steps = [
      trunk
        ? `The trunk exists; its live state is attached. Do not create it again, and skip what it already has.`
        : `Call exotel_create_trunk with trunk_name ${name}.`,
      `Call exotel_map_phone_number with trunk_sid ${name}, phone_number ${number}, mode "pstn". It is the caller id.`,
      `Call exotel_whitelist_ip with trunk_sid ${name}, ip ${address}, mask 32. Outbound needs a static address; a host name does not do.`,
      `If the PBX has no static address, call exotel_create_credentials with trunk_sid ${name} instead, and leave password out.`,
      "Call get_trunk and show the person what is set up. The SIP host and port are in Exotel's own console; its documents disagree (5060/5061 or 5070/443), so do not promise one.",
    ];
    const ask = [phone_number === undefined && "phone number", ip === undefined && "IP address"].filter((missing) => missing !== false);
    const first = ask.length > 0 ? `Ask the person for: ${ask.join(", ")}. ` : "";
    const text = `Set up outbound calls (termination) on Exotel. ${first}\n${steps.map((step, index) => `${index + 1}. ${step}`).join("\n")}`;
    if (!trunk) return [{ text }];
    return [{ text, resource: { uri: `trunks://exotel/${encodeURIComponent(trunk.trunk_id)}`, json: trunk } }];
  },
});
