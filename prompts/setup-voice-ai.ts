import * as z from "zod";
import { askFor, attachTrunk, definePrompt, inUse, literal, numbered, trunkNames } from "../src/core/prompt.ts";
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
    const number = literal(phone_number, "number in E.164");
    const map = `exotel_map_phone_number {"trunk_sid": ${name}, "phone_number": ${number}, "mode": "flow"}. Mode flow sends calls to the bot.`;
    const change = `exotel_update_phone_number {"trunk_sid": ${name}, "phone_number_id": ${literal(row?.phone_number_id, "id")}, "phone_number": ${number}, "mode": "flow"}. A person approves, since live calls move.`;
    const steps = numbered([
      trunk ? "The trunk exists; its live state is attached. Do not create it again." : `exotel_create_trunk {"trunk_name": ${name}}`,
      row === undefined ? map : row.mode === "flow" ? "The number is in mode flow already." : change,
      allowed
        ? "The address is whitelisted already."
        : `exotel_whitelist_ip {"trunk_sid": ${name}, "ip": ${literal(ip, "static public IPv4 address")}, "mask": 32}. StreamKit needs a static address; a host name does not do.`,
      `exotel_get_credentials {"trunk_sid": ${name}}. Passwords are not shown; secret_ref says where the person finds one.`,
      "No API covers this; tell the person: every INVITE needs the header X-Exotel-AccountSid with the account SID, and the bot itself is connected in Exotel's console.",
      `get_trunk {"provider": "exotel", "trunk_id": ${name}}, and show the person what is set up.`,
    ]);
    const missing = askFor({ "phone number": row ? "-" : phone_number, "static IPv4 address": allowed ? "-" : ip });
    return [{ text: `Connect a contact centre to a voice bot with Exotel StreamKit.${missing}\n${steps}`, resource: attachTrunk(trunk) }];
  },
});
