import { emptyTrunk, europeTrunk, salesTrunk } from "./accounts.ts";
import type { Task } from "./agent.ts";

export const changing: Task[] = [
  {
    words: "Let our second PBX, 44.248.146.12, call over sales_pbx too.",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("exotel_whitelist_ip", { trunk_sid: "sales_pbx", ip: "44.248.146.12" }),
    told: ["44.248.146.12", /"after":/],
  },
  {
    words: "Send +91 80 4431 9240 through the flow instead (mode flow).",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("exotel_update_phone_number", { phone_number: "+918044319240", mode: "flow" }),
    told: ["+918044319240", /"mode":"flow"/, /"before":/, "sales_pbx"],
  },
  {
    words: "Show +91 80 4431 9240 as caller id on sales_pbx.",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("exotel_set_trunk_alias", { trunk_sid: "sales_pbx", alias: "+918044319240" }),
    told: [/"alias":/, "+918044319240"],
  },
  {
    words: "Rename sales_pbx to sales_india.",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("exotel_update_trunk", { trunk_sid: "sales_pbx", trunk_name: "sales_india" }),
    told: ["sales_pbx", "sales_india"],
  },
  {
    words: "Stop all calls over europe now (blocked), but keep it.",
    calls: 1,
    before: (world) => europeTrunk(world),
    path: ({ call }) => call("didww_update_voice_out_trunk", { trunk_id: "europe", status: "blocked" }),
    told: [/"status":"blocked"/],
  },
  {
    words: "europe may spend 500 a day at most.",
    calls: 1,
    before: (world) => europeTrunk(world),
    path: ({ call }) => call("didww_update_voice_out_trunk", { trunk_id: "europe", threshold_amount: "500" }),
    told: [/"threshold_amount":"500/, /3000|3,000/],
  },
  {
    words: "europe's password has leaked. Replace its login, and tell me where I find the new one.",
    calls: 1,
    before: (world) => europeTrunk(world),
    path: ({ call }) => call("didww_regenerate_credentials", { trunk_id: "europe" }),
    told: [/"user_name":"/, /"secret_command":"/],
  },
  {
    words: "Calls to support are to go to sip.example.com:5061;transport=tls too.",
    calls: 1,
    before: (world) => emptyTrunk(world, "support"),
    path: ({ call }) =>
      call("exotel_add_destination_uris", {
        trunk_sid: "support",
        destinations: [{ destination: "sip.example.com:5061;transport=tls" }],
      }),
    told: ["sip.example.com:5061;transport=tls", /"status":"added"/],
  },
];
