import { answeredTrunk, europeTrunk, salesTrunk } from "./accounts.ts";
import { planAndApply, type Task } from "./agent.ts";

export const provisioning: Task[] = [
  {
    words: "Set up outbound calling on Exotel (exotel) as sales_pbx: our number is +91 80 4431 9240, the PBX calls from 44.248.146.11.",
    calls: 2,
    path: (agent) =>
      planAndApply(agent, {
        provider: "exotel",
        use_case: "outbound",
        trunk: "sales_pbx",
        numbers: ["+918044319240"],
        ips: ["44.248.146.11"],
      }),
    told: [/"state":"done"/, "+918044319240", "44.248.146.11", /"trunk_id":"trmum1/, /"whitelisted_ips"/, /"phone_numbers"/],
  },
  {
    words: "Calls to +91 80 4431 9240 (exotel) should reach our PBX at pbx.example.com:5061;transport=tls. Call the trunk support.",
    calls: 2,
    path: (agent) =>
      planAndApply(agent, {
        provider: "exotel",
        use_case: "inbound",
        trunk: "support",
        numbers: ["+918044319240"],
        destinations: ["pbx.example.com:5061;transport=tls"],
      }),
    told: [/"state":"done"/, "pbx.example.com:5061;transport=tls", /"next":\[/, /sip:trmum1/],
  },
  {
    words: "Our voice bot calls from 44.248.146.11 with the number +91 80 4431 9240 on exotel; name it voice_bot.",
    calls: 2,
    path: (agent) =>
      planAndApply(agent, {
        provider: "exotel",
        use_case: "voice_ai",
        trunk: "voice_bot",
        numbers: ["+918044319240"],
        ips: ["44.248.146.11"],
      }),
    told: [/"state":"done"/, /"mode":"flow"/],
  },
  {
    words: "Calls to +370 614 98222 (didww) should reach our PBX at pbx.example.com:5061;transport=tls. Call the trunk support.",
    calls: 2,
    path: (agent) =>
      planAndApply(agent, {
        provider: "didww",
        use_case: "inbound",
        trunk: "support",
        numbers: ["+37061498222"],
        destinations: ["pbx.example.com:5061;transport=tls"],
      }),
    told: [/"state":"done"/, "pbx.example.com:5061;transport=tls", "+37061498222", /"mode":"inbound"/],
  },
  {
    words: "The PBX has no fixed address. Give sales_pbx a login called pbx1, and tell me where I find the password.",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("exotel_create_credentials", { trunk_sid: "sales_pbx", user_name: "pbx1" }),
    told: ["pbx1", /"secret_command":"[^"]*trunkline secret /],
  },
  {
    words:
      "Make a DIDWW trunk called europe for calls from 44.248.146.11, at most 50 dollars a day; calls with a foreign caller id are to be refused (reject_call). Where is its password?",
    calls: 1,
    path: ({ call }) =>
      call("didww_create_voice_out_trunk", {
        name: "europe",
        allowed_sip_ips: ["44.248.146.11"],
        on_cli_mismatch_action: "reject_call",
        threshold_amount: "50",
      }),
    told: [/"threshold_amount":"50/, "44.248.146.11", /"user_name":"/, /"secret_command":"[^"]*trunkline secret /],
  },
  {
    words:
      "Create the Vyom trunk twilio_out: Twilio's example.pstn.twilio.com, number +1 650 253 0000, user bot; the password is in the variable TRUNKLINE_SECRET_TWILIO (env:TRUNKLINE_SECRET_TWILIO).",
    calls: 1,
    options: { environment: { TRUNKLINE_SECRET_TWILIO: "correct-horse-battery" } },
    path: ({ call }) =>
      call("vyom_create_outbound_trunk", {
        trunk_name: "twilio_out",
        trunk_type: "twilio",
        trunk_config: {
          address: "example.pstn.twilio.com",
          numbers: ["+16502530000"],
          username: "bot",
          password: "env:TRUNKLINE_SECRET_TWILIO",
        },
      }),
    told: [
      /"trunk_id":"ST_/,
      "example.pstn.twilio.com",
      "+16502530000",
      /shows only a trunk's id and name later/,
      /"secrets_found":\["TRUNKLINE_SECRET_TWILIO"\]/,
    ],
  },
  {
    words: "Our agent on Vyom is to call out over the Exotel number +91 80 4431 9240; name it front_desk.",
    calls: 1,
    path: ({ call }) =>
      call("vyom_create_outbound_trunk", {
        trunk_name: "front_desk",
        trunk_type: "exotel",
        trunk_config: { exotel_number: "+918044319240" },
      }),
    told: [/"trunk_id":"exotel_/, "+918044319240"],
  },
  {
    words:
      "Set up the same PBX (44.248.146.11, outbound) on exotel as india with +91 80 4431 9240, and on didww as europe with reject_call.",
    calls: 2,
    path: (agent) =>
      planAndApply(agent, {
        provider: "exotel",
        use_case: "outbound",
        trunk: "india",
        numbers: ["+918044319240"],
        ips: ["44.248.146.11"],
        also: [
          {
            provider: "didww",
            use_case: "outbound",
            trunk: "europe",
            ips: ["44.248.146.11"],
          },
        ],
        options: { on_cli_mismatch_action: "reject_call" },
      }),
    told: [/"state":"done"/, /"trunk_name":"india"/, /"trunk_name":"europe"/, /"secret_command"/],
  },
  {
    words: "Write the Asterisk (asterisk) configuration of sales_pbx; show it to me, write no file.",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("export_pbx_config", { trunk_id: "sales_pbx", format: "asterisk" }),
    told: [/pjsip_exotel_sales_pbx\.conf/, /#include/, /\+918044319240/],
  },
  {
    words: "What is europe's login called, and where is the password?",
    calls: 1,
    before: (world) => europeTrunk(world),
    path: ({ call }) => call("get_trunk", { trunk_id: "europe" }),
    told: [/"user_name":"/, /"secret_command":"/],
  },
  {
    words:
      "Calls to +33 1 44 55 66 77 (inbound) should be answered by agent front-desk on livekit; name the trunk front_desk_in, the carrier logs in as carrier.",
    calls: 2,
    path: (agent) =>
      planAndApply(agent, {
        ...{ provider: "livekit", use_case: "inbound", trunk: "front_desk_in", numbers: ["+33144556677"] },
        ...{ credentials: ["carrier"], options: { agent_name: "front-desk" } },
      }),
    told: [/"state":"done"/, "+33144556677", /"secret_command":"/, /"next":\[/],
  },
  {
    words: "On LiveKit, let night-desk answer the calls of front_desk_in instead.",
    calls: 2,
    before: (world) => answeredTrunk(world),
    async path({ call }) {
      const { dispatch_rules } = await call("livekit_list_dispatch_rules", { trunk_id: "front_desk_in" });
      const [{ dispatch_rule_id }] = dispatch_rules;
      return await call("livekit_update_dispatch_rule", { dispatch_rule_id, agents: [{ agent_name: "night-desk" }] });
    },
    told: ["night-desk", /"approved":\{"by":"form"\}/],
  },
];
