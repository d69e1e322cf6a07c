import { answeredTrunk, botTrunk, europeTrunk, salesTrunk } from "./accounts.ts";
import type { Task } from "./agent.ts";

export const diagnosing: Task[] = [
  {
    words: "Our PBX calls from 44.248.146.99 over sales_pbx and is refused. Why?",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("check_trunk", { trunk_id: "sales_pbx", pbx_ip: "44.248.146.99" }),
    told: [/44\.248\.146\.99, the PBX's address, is in no entry/, "44.248.146.11", /exotel_whitelist_ip/],
  },
  {
    words: "Would calls over europe work now?",
    calls: 1,
    before: (world) => europeTrunk(world),
    path: ({ call }) => call("check_trunk", { trunk_id: "europe" }),
    told: [/"summary":"/],
  },
  {
    words: "Is front_desk at Vyom fit to call?",
    calls: 1,
    async before(world) {
      await salesTrunk(world);
      await botTrunk(world);
    },
    path: ({ call }) => call("check_trunk", { trunk_id: "front_desk" }),
    told: ["+918044319240", "sales_pbx"],
  },
  {
    words: "The PBX gets a 403 with Exotel's code 4001 on sales_pbx. What is it?",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("explain_sip_code", { code: 403, exotel_error_code: "4001", trunk_id: "sales_pbx" }),
    told: ["44.248.146.11", /"causes":\[/],
  },
  {
    words: "europe calls everywhere but Spain and France: those get 403. Why? The exceptions are 34 and 33.",
    calls: 1,
    before: (world) => europeTrunk(world, { default_dst_action: "allow_all", dst_prefixes: ["34", "33"] }),
    path: ({ call }) => call("explain_sip_code", { code: 403, trunk_id: "europe" }),
    told: [/all except those that begin with 34, 33/],
  },
  {
    words: "Which trunk is +91 80 4431 9240 on at Exotel, and in which mode?",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("exotel_find_trunk_by_number", { phone_number: "+918044319240" }),
    told: [/"phone_number_id":"/, /"mode":"pstn"/, /trmum1/],
  },
  {
    words: "Which Exotel host (exotel) does our PBX call?",
    calls: 1,
    path: ({ call }) => call("find_gateway", { provider: "exotel" }),
    told: [/exotel\.com/],
  },
  {
    words: "Who answers calls to front_desk_in on LiveKit, and is anything wrong with it?",
    calls: 1,
    before: (world) => answeredTrunk(world),
    path: ({ call }) => call("check_trunk", { trunk_id: "front_desk_in" }),
    told: [/"summary":"/, /livekit\.sip_host/],
  },
];
