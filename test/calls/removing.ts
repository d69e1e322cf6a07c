import { answeredTrunk, botTrunk, emptyTrunk, europeTrunk, salesTrunk } from "./accounts.ts";
import type { Task } from "./agent.ts";

export const removing: Task[] = [
  {
    words: "Take +91 80 4431 9240 off its trunk.",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("exotel_unmap_phone_number", { phone_number: "+918044319240" }),
    told: [/"removed":true/, "+918044319240", "sales_pbx", /trunks:\/\/snapshots\//],
  },
  {
    words: "44.248.146.11 must not call over sales_pbx any more.",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("exotel_remove_whitelisted_ip", { trunk_sid: "sales_pbx", ip: "44.248.146.11" }),
    told: [/"removed":true/, "44.248.146.11", /trunks:\/\/snapshots\//],
  },
  {
    words: "Calls on sales_pbx no longer go to pbx.example.com:5061;transport=tls.",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) =>
      call("exotel_remove_destination_uri", { trunk_sid: "sales_pbx", destination: "pbx.example.com:5061;transport=tls" }),
    told: [/"removed":true/, "pbx.example.com:5061"],
  },
  {
    words: "Remove the login pbx1 of sales_pbx.",
    calls: 1,
    async before(world) {
      await salesTrunk(world);
      await world.call("exotel_create_credentials", { trunk_sid: "sales_pbx", user_name: "pbx1" });
    },
    path: ({ call }) => call("exotel_delete_credentials", { trunk_sid: "sales_pbx", user_name: "pbx1" }),
    told: [/"removed":true/, "pbx1"],
  },
  {
    words: "Delete sales_pbx with everything on it.",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("exotel_delete_trunk", { trunk_sid: "sales_pbx" }),
    told: [/"removed":true/, "+918044319240", "44.248.146.11", /"approved":\{"by":"form"/, /trunks:\/\/snapshots\//],
  },
  {
    words: "Delete the test trunk scratch.",
    calls: 1,
    before: (world) => emptyTrunk(world, "scratch"),
    path: ({ call }) => call("exotel_delete_trunk", { trunk_sid: "scratch" }),
    told: [/"removed":true/, "scratch"],
  },
  {
    words: "Remove europe at DIDWW.",
    calls: 1,
    before: (world) => europeTrunk(world),
    path: ({ call }) => call("didww_delete_voice_out_trunk", { trunk_id: "europe" }),
    told: [/"removed":true/, "europe", "44.248.146.11"],
  },
  {
    words: "Take front_desk at Vyom out of service.",
    calls: 1,
    before: (world) => botTrunk(world),
    path: ({ call }) => call("vyom_deactivate_trunk", { trunk_id: "front_desk" }),
    told: [/"removed":true/, "front_desk"],
  },
  {
    words: "Delete the LiveKit trunk front_desk_in.",
    calls: 1,
    before: (world) => answeredTrunk(world),
    path: ({ call }) => call("livekit_delete_trunk", { trunk_id: "front_desk_in" }),
    told: [/"removed":true/, /trunks:\/\/snapshots\//],
  },
];
