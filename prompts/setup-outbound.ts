import * as z from "zod";
import { askFor, attachTrunk, definePrompt, inUse, literal, planned, trunkNames } from "../src/core/prompt.ts";
import { exotel } from "../src/providers/exotel/index.ts";

export default definePrompt({
  name: "setup_outbound",
  title: "Set up outbound calls on Exotel",
  description: "Trunk, caller id and whitelisted IP, so that a PBX can place calls (termination).",
  provider: exotel,
  arguments: z.object({
    trunk_name: z.string().max(64).describe("Name of the trunk, new or existing: 1 to 16 letters, digits, underscores"),
    phone_number: z.string().max(32).optional().describe("Caller id, E.164"),
    ip: z.string().max(64).optional().describe("Static public IPv4 address of the PBX"),
  }),
  complete: {
    trunk_name: trunkNames("exotel"),
    phone_number: inUse("exotel", "numbers"),
    ip: inUse("exotel", "ips"),
  },
  async write({ trunk_name, phone_number, ip }, { findTrunk }) {
    const trunk = await findTrunk("exotel", trunk_name);
    const name = literal(trunk_name, "trunk name");
    const mapped = trunk?.phone_numbers?.some((row) => row.phone_number === phone_number);
    const allowed = trunk?.whitelisted_ips?.some((row) => row.ip === ip);
    const setup = `{"provider": "exotel", "use_case": "outbound", "trunk": ${name}, "numbers": [${literal(phone_number, "number in E.164")}], "ips": [${literal(ip, "static public IPv4 address")}]}`;
    const steps = planned(
      setup,
      [
        'The number becomes the caller id. Outbound needs a static address, a host name does not do; only if the PBX has none, plan "credentials": ["<login>"] instead of "ips": its password is generated outside this conversation.',
        "The carrier's documents name two sets of hosts and ports, so promise neither: the exported files name one, and find_gateway says which answer from here.",
      ],
      { provider: "exotel", trunk: name },
    );
    const missing = askFor({ "phone number": mapped ? "-" : phone_number, "static IPv4 address": allowed ? "-" : ip });
    return [{ text: `Set up outbound calls (termination) on Exotel.${missing}\n${steps}`, resource: attachTrunk(trunk) }];
  },
});
