import * as z from "zod";
import { askFor, definePrompt, inUse, literal } from "../src/core/prompt.ts";
import { livekit } from "../src/providers/livekit/index.ts";

export default definePrompt({
  name: "connect_to_livekit",
  title: "Connect a number to a LiveKit agent",
  description: "Both ends at once: your agent answers a carrier's number, or calls out over it.",
  provider: livekit,
  arguments: z.object({
    phone_number: z.string().max(300).optional().describe("The number, E.164"),
    agent_name: z.string().max(300).optional().describe("As its worker registers it"),
    direction: z.string().max(300).optional().describe("inbound, outbound or both"),
  }),
  complete: {
    phone_number: inUse("livekit", "numbers"),
    agent_name: async () => [],
    direction: async () => ["inbound", "outbound", "both"],
  },
  async write({ phone_number, agent_name, direction }) {
    const wanted = `{"platform": "livekit", "numbers": [${literal(phone_number, "number in E.164")}], "agent_name": ${literal(agent_name, "name of the agent")}, "direction": ${literal(direction, "inbound")}}`;
    const text = [
      `Connect a number to an agent on LiveKit.${askFor({ "phone number": phone_number, "name of the agent": agent_name })}`,
      `1. connect_trunk ${wanted}. It changes nothing. Ask the person its questions in one message, and call it again with the answers.`,
      "2. apply_plan with its plan_id. It asks the person by itself, and carries any login from one end to the other.",
      "3. get_plan tells how it ended; tell the person what stands in next. check_trunk then looks at both ends.",
    ];
    return [{ text: text.join("\n") }];
  },
});
