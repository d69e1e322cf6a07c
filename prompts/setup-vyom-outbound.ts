import * as z from "zod";
import { askFor, attachTrunk, definePrompt, exportedAndChecked, inUse, literal, numbered, trunkNames } from "../src/core/prompt.ts";
import { vyom } from "../src/providers/vyom/index.ts";

export default definePrompt({
  name: "setup_vyom_outbound",
  title: "Set up outbound calls of Vyom voice agents",
  description: "A LiveKit outbound trunk over Twilio or Exotel, for the agents of Vyom.",
  provider: vyom,
  arguments: z.object({
    trunk_name: z.string().max(100).describe("Name of the trunk"),
    trunk_type: z.enum(["twilio", "exotel"]).describe("Carrier of the calls: twilio or exotel"),
    phone_number: z.string().max(32).optional().describe("Caller id, E.164"),
  }),
  complete: {
    trunk_name: trunkNames("vyom"),
    trunk_type: async () => ["twilio", "exotel"],
    phone_number: inUse("vyom", "numbers"),
  },
  async write({ trunk_name, trunk_type, phone_number }, { listTrunks, findTrunk, providers }) {
    const same = (await listTrunks("vyom")).find((trunk) => trunk.trunk_name === trunk_name);
    const trunk = same && (await findTrunk("vyom", same.trunk_id));
    const number = literal(phone_number, "number in E.164");
    const twilio = `{"address": "<name>.pstn.twilio.com", "numbers": [${number}], "username": "<Twilio Account SID>", "password": "env:TRUNKLINE_SECRET_TWILIO"}`;
    const config = trunk_type === "twilio" ? twilio : `{"exotel_number": ${number}}`;
    const exotelHere = providers.some((provider) => provider.id === "exotel");
    const steps = numbered([
      trunk
        ? "A trunk of this name exists; what is known of it is attached. Names are not unique here: ask the person whether they want another one."
        : undefined,
      trunk_type === "twilio"
        ? "Ask for the SIP domain and the Account SID, not for the auth token: the operator puts it into the variable TRUNKLINE_SECRET_TWILIO, whose name is passed below. Whatever is typed here stays in the transcript."
        : `The Exotel number needs a trunk on Exotel${exotelHere ? "; exotel_find_trunk_by_number tells whether it has one" : ""}. sip_host, sip_port and sip_domain override the service's own defaults and are seldom needed.`,
      `plan_trunk {"provider": "vyom", "use_case": "outbound", "trunk": ${literal(trunk_name, "name")}, "options": {"trunk_type": ${literal(trunk_type, "type")}, "trunk_config": ${config}}}. Nothing of such a trunk can be changed later, so show the person its summary first.`,
      'apply_plan {"plan_id": "<of the answer>"}, once they want it.',
      "Note the trunk_id of the answer: the service's list shows neither type nor configuration again, only what this server remembers of its own call.",
      ...exportedAndChecked("vyom", '"<trunk_id of the answer>"'),
    ]);
    return [
      {
        text: `Set up outbound calls of Vyom voice agents.${askFor({ "phone number": phone_number })}\n${steps}`,
        resource: attachTrunk(trunk),
      },
    ];
  },
});
