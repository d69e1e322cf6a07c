import * as z from "zod";
import { askFor, attachTrunk, definePrompt, inUse, literal, planned, trunkNames } from "../src/core/prompt.ts";
import { exotel } from "../src/providers/exotel/index.ts";

export default definePrompt({
  name: "setup_voice_ai",
  title: "Connect a contact centre to a voice bot on Exotel",
  description: "StreamKit: trunk, number in mode flow and whitelisted IP, so that calls reach a WebSocket bot.",
  provider: exotel,
  arguments: z.object({
    trunk_name: z.string().max(64).describe("Name of the trunk, new or existing: 1 to 16 letters, digits, underscores"),
    phone_number: z.string().max(32).optional().describe("Number of the bot, E.164"),
    ip: z.string().max(64).optional().describe("Static public IPv4 address of the contact centre"),
  }),
  complete: {
    trunk_name: trunkNames("exotel"),
    phone_number: inUse("exotel", "numbers"),
    ip: inUse("exotel", "ips"),
  },
  async write({ trunk_name, phone_number, ip }, { findTrunk }) {
    const trunk = await findTrunk("exotel", trunk_name);
    const name = literal(trunk_name, "trunk name");
    const row = trunk?.phone_numbers?.find((number) => number.phone_number === phone_number);
    const allowed = trunk?.whitelisted_ips?.some((entry) => entry.ip === ip);
    const setup = `{"provider": "exotel", "use_case": "voice_ai", "trunk": ${name}, "numbers": [${literal(phone_number, "number in E.164")}], "ips": [${literal(ip, "static public IPv4 address")}]}`;
    const steps = planned(
      setup,
      [
        "Mode flow sends the number's calls to the bot; a number that is live in mode pstn is switched, and a person approves that. StreamKit needs a static address; a host name does not do.",
        `exotel_get_credentials {"trunk_sid": ${name}}. Passwords are not shown; the person sees one with secret_command.`,
        "No API covers this; tell the person: every INVITE needs the header X-Exotel-AccountSid with the account SID, and the bot itself is connected in Exotel's console.",
      ],
      { provider: "exotel", trunk: name },
    );
    const missing = askFor({ "phone number": row ? "-" : phone_number, "static IPv4 address": allowed ? "-" : ip });
    return [{ text: `Connect a contact centre to a voice bot with Exotel StreamKit.${missing}\n${steps}`, resource: attachTrunk(trunk) }];
  },
});
