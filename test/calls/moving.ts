import { emptyTrunk, europeTrunk, salesTrunk } from "./accounts.ts";
import { planAndApply, type Task } from "./agent.ts";

export const moving: Task[] = [
  {
    words: "Move +91 80 4431 9240 from sales_pbx to support (exotel).",
    calls: 2,
    async before(world) {
      await salesTrunk(world);
      await emptyTrunk(world, "support");
    },
    path: (agent) => planAndApply(agent, { provider: "exotel", trunk: "support", numbers: ["+918044319240"] }),
    told: [/"state":"done"/, "+918044319240", "sales_pbx", "support", /"approved":\{"by":"form"\}/],
  },
  {
    words: "Our PBX moves from 44.248.146.11 to 44.248.146.12. Change it on sales_pbx (exotel).",
    calls: 2,
    before: (world) => salesTrunk(world),
    path: (agent) => planAndApply(agent, { provider: "exotel", trunk: "sales_pbx", ips: ["44.248.146.12"], remove: ["44.248.146.11"] }),
    told: [/"state":"done"/, "44.248.146.12", "44.248.146.11"],
  },
  {
    words:
      "Calls on sales_pbx (exotel) go to sip.example.com:5061;transport=tls from now on, instead of pbx.example.com:5061;transport=tls.",
    calls: 2,
    before: (world) => salesTrunk(world),
    path: (agent) =>
      planAndApply(agent, {
        provider: "exotel",
        trunk: "sales_pbx",
        destinations: ["sip.example.com:5061;transport=tls"],
        remove: ["pbx.example.com:5061;transport=tls"],
      }),
    told: [/"state":"done"/, "sip.example.com:5061;transport=tls"],
  },
  {
    words: "Exactly 44.248.146.20 and 44.248.146.21 may call over sales_pbx (exotel); set ips to exactly these.",
    calls: 2,
    before: (world) => salesTrunk(world),
    path: (agent) =>
      planAndApply(agent, { provider: "exotel", trunk: "sales_pbx", ips: ["44.248.146.20", "44.248.146.21"], exactly: ["ips"] }),
    told: [/"state":"done"/, "44.248.146.20", "44.248.146.21", "44.248.146.11"],
  },
  {
    words: "Give sales_pbx (exotel) the login pbx2 in place of pbx1.",
    calls: 2,
    async before(world) {
      await salesTrunk(world);
      await world.call("exotel_create_credentials", { trunk_sid: "sales_pbx", user_name: "pbx1" });
    },
    path: (agent) => planAndApply(agent, { provider: "exotel", trunk: "sales_pbx", credentials: ["pbx2"], remove: ["pbx1"] }),
    told: [/"state":"done"/, "pbx2", /"secret_command":"[^"]*trunkline secret /],
  },
  {
    words: "europe (didww) is called from 44.248.146.30 now, not from 44.248.146.11.",
    calls: 2,
    before: (world) => europeTrunk(world),
    path: (agent) => planAndApply(agent, { provider: "didww", trunk: "europe", ips: ["44.248.146.30"], remove: ["44.248.146.11"] }),
    told: [/"state":"done"/, "44.248.146.30", "44.248.146.11"],
  },
  {
    words: "Switch +91 80 4431 9240 and +91 80 4431 9241 on sales_pbx (exotel) to the voice bot (voice_ai).",
    calls: 2,
    async before(world) {
      const trunk_sid = await salesTrunk(world);
      await world.call("exotel_map_phone_number", { trunk_sid, phone_number: "+918044319241", mode: "pstn" });
    },
    path: (agent) =>
      planAndApply(agent, { provider: "exotel", use_case: "voice_ai", trunk: "sales_pbx", numbers: ["+918044319240", "+918044319241"] }),
    told: [/"state":"done"/, /"mode":"flow"/],
  },
];
