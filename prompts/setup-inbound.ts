import * as z from "zod";
import { askFor, attachTrunk, definePrompt, inUse, literal, planned, trunkNames } from "../src/core/prompt.ts";
import { exotel } from "../src/providers/exotel/index.ts";

export default definePrompt({
  name: "setup_inbound",
  title: "Set up inbound calls on Exotel",
  description: "Trunk, number and destination, so that calls to a number reach your server (origination).",
  provider: exotel,
  arguments: z.object({
    trunk_name: z.string().max(64).describe("Name of the trunk, new or existing: 1 to 16 letters, digits, underscores"),
    phone_number: z.string().max(32).optional().describe("Number that callers dial, E.164"),
    destination: z.string().max(300).optional().describe("Your server: host:port;transport=tls or tcp"),
  }),
  complete: {
    trunk_name: trunkNames("exotel"),
    phone_number: inUse("exotel", "numbers"),
    destination: inUse("exotel", "destinations"),
  },
  async write({ trunk_name, phone_number, destination }, { findTrunk }) {
    const trunk = await findTrunk("exotel", trunk_name);
    const name = literal(trunk_name, "trunk name");
    const mapped = trunk?.phone_numbers?.some((row) => row.phone_number === phone_number);
    const setup = `{"provider": "exotel", "use_case": "inbound", "trunk": ${name}, "numbers": [${literal(phone_number, "number in E.164")}], "destinations": [${literal(destination, "host:5061;transport=tls")}]}`;
    const steps = planned(
      setup,
      [
        "The number is what callers dial. TLS on 5061 is recommended, TCP on 5060 is for older systems, UDP is not taken. A destination that is an IP address is whitelisted first: the plan does that, since the carrier refuses one that is not.",
        "No API covers the last step; tell the person: in Exotel's App Bazaar make a Flow whose Connect applet dials sip:<trunk_sid> (the bare sid, no host), and attach the number to that Flow.",
      ],
      { provider: "exotel", trunk: name },
    );
    const missing = askFor({ "phone number": mapped ? "-" : phone_number, destination });
    return [{ text: `Set up inbound calls (origination) on Exotel.${missing}\n${steps}`, resource: attachTrunk(trunk) }];
  },
});
