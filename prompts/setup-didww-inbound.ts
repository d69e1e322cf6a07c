import * as z from "zod";
import { askFor, attachTrunk, definePrompt, inUse, literal, planned, trunkNames } from "../src/core/prompt.ts";
import { didww } from "../src/providers/didww/index.ts";

export default definePrompt({
  name: "setup_didww_inbound",
  title: "Set up inbound calls on DIDWW",
  description: "A voice in trunk and its numbers, so that calls reach your PBX or your voice agent's platform.",
  provider: didww,
  arguments: z.object({
    name: z.string().max(255).describe("Name of the trunk, new or existing"),
    phone_number: z.string().max(32).optional().describe("Number that callers dial, E.164"),
    destination: z.string().max(300).optional().describe("Your server or platform: host:port;transport=tls, tcp or udp"),
  }),
  complete: {
    name: trunkNames("didww"),
    phone_number: inUse("didww", "numbers"),
    destination: inUse("didww", "destinations"),
  },
  async write({ name, phone_number, destination }, { findTrunk }) {
    const trunk = await findTrunk("didww", name);
    const quoted = literal(name, "name");
    const setup = `{"provider": "didww", "use_case": "inbound", "trunk": ${quoted}, "numbers": [${literal(phone_number, "number in E.164")}], "destinations": [${literal(destination, "host:5061;transport=tls")}]}`;
    const steps = planned(
      setup,
      [
        "A number that rings nowhere is routed at once; for one that rings elsewhere the person is asked, and is told both ends. didww_list_dids shows the account's numbers.",
        'A voice platform compares numbers with their plus sign and asks for a login: pass options {"username": "+{DID}", "cli_prefix": "+", "auth_user": …, "auth_password": "env:TRUNKLINE_SECRET_<name>", "media_encryption_mode": "srtp_sdes"}. Encryption needs transport=tls, because its keys travel in the messages.',
        "A PBX without a public name registers instead: leave destinations out and pass options.enabled_sip_registration true; the person sees the login with secret_command. Otherwise its firewall lets in DIDWW's seven addresses: trunkline://guides/inbound has them.",
      ],
      { provider: "didww", trunk: quoted },
    );
    const has = trunk?.phone_numbers?.some((row) => row.phone_number === phone_number);
    const missing = askFor({ "phone number": has ? "-" : phone_number, destination: trunk?.destination_uris?.length ? "-" : destination });
    return [{ text: `Set up inbound calls on DIDWW.${missing}\n${steps}`, resource: attachTrunk(trunk) }];
  },
});
