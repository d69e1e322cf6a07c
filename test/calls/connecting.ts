import type { Agent, Task } from "./agent.ts";

async function connectAndApply({ call }: Agent, wanted: Record<string, unknown>): Promise<unknown> {
  const { plan_id } = await call("connect_trunk", wanted);
  return await call("apply_plan", { plan_id });
}

const answered = { provider: "telnyx", numbers: ["+13125550142"], agent_name: "tester" };

/** A number of a carrier, and the agent that answers it or calls out under it. */
export const connecting: Task[] = [
  {
    words: "Calls to +91 80 4431 9240, our Exotel number (exotel), should be answered by agent front-desk.",
    calls: 2,
    path: (agent) => connectAndApply(agent, { provider: "exotel", numbers: ["+918044319240"], agent_name: "front-desk" }),
    told: [
      /"state":"done"/,
      "Calls to +91 80 4431 9240 on Exotel will be answered",
      /Connect applet dials sip:trmum/,
      /"approved":\{"by":"form"\}/,
    ],
  },
  {
    words: "Let agent sales-bot answer +37061498222, and call out under it (didww, both directions).",
    calls: 2,
    trouble: "the answer to the routing of the number is lost",
    before: async ({ script }) => script({ kind: "lost", method: "PATCH", path: "/dids/" }),
    path: (agent) => connectAndApply(agent, { provider: "didww", numbers: ["+37061498222"], agent_name: "sales-bot", direction: "both" }),
    told: [/"state":"done"/, "will call out over DIDWW", "agent_sales_bot outbound"],
  },
  {
    words: "Agent tester shall not answer +13125550142 any more (telnyx).",
    calls: 2,
    async before({ call }) {
      const { plan_id } = await call("connect_trunk", answered);
      await call("apply_plan", { plan_id });
    },
    path: (agent) => connectAndApply(agent, { ...answered, disconnect: true }),
    told: [/"state":"done"/, "will no longer be connected to LiveKit", "The number stays in the account"],
  },
];
