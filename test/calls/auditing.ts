import { botTrunk, emptyTrunk, europeTrunk, salesTrunk } from "./accounts.ts";
import type { Task, World } from "./agent.ts";

async function threeCarriers(world: World): Promise<void> {
  await salesTrunk(world);
  await emptyTrunk(world, "scratch");
  await europeTrunk(world);
  await botTrunk(world);
}

export const auditing: Task[] = [
  {
    words: "Who may call over which trunk, on all carriers?",
    calls: 1,
    before: threeCarriers,
    path: ({ call }) => call("list_trunks", { details: true }),
    told: ["sales_pbx", "scratch", "europe", "front_desk", "44.248.146.11", "+918044319240", /"complete":true/],
  },
  {
    words: "Which trunks are open to more than 28 bits leave (open_to_more_than_28)?",
    calls: 1,
    async before(world) {
      await threeCarriers(world);
      await world.call("exotel_whitelist_ip", { trunk_sid: "scratch", ip: "44.248.0.0", mask: 24 });
    },
    path: ({ call }) => call("list_trunks", { details: true, where: "open_to_more_than_28" }),
    told: ["scratch", "44.248.0.0", /"complete":true/],
  },
  {
    words: "On which trunks can nobody call (no_callers)?",
    calls: 1,
    before: threeCarriers,
    path: ({ call }) => call("list_trunks", { details: true, where: "no_callers" }),
    told: ["scratch"],
  },
  {
    words: "List all our trunks with their numbers.",
    calls: 1,
    before: threeCarriers,
    path: ({ call }) => call("list_trunks", { details: true }),
    told: ["sales_pbx", "+918044319240", "europe", "front_desk", /"total":4|"next_cursor":null/],
  },
  {
    words: "Show me everything on sales_pbx: what do callees see?",
    calls: 1,
    before: (world) => salesTrunk(world),
    path: ({ call }) => call("get_trunk", { trunk_id: "sales_pbx" }),
    told: [/"alias":null/, /"outbound_caller_id":\{"number":"\+918044319240"/, "pbx.example.com:5061"],
  },
  {
    words: "Which trunk has the number +91 80 4431 9240 on exotel?",
    calls: 1,
    before: threeCarriers,
    path: ({ call }) => call("get_trunk", { trunk_id: "+918044319240", provider: "exotel" }),
    told: ["sales_pbx"],
  },
];
