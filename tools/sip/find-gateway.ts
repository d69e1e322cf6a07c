import * as z from "zod";
import { candidateSchema, findGateway, findGatewayInput } from "../../src/check/find-gateway.ts";
import { defineTool } from "../../src/core/tool.ts";

export default defineTool({
  name: "find_gateway",
  title: "Find a carrier's SIP gateway",
  description: "Asks the hosts that a carrier's documents name for outbound calls, from this machine, and ranks them.",
  toolset: "sip",
  effect: "read",
  input: findGatewayInput,
  output: z.object({
    best: z.string().optional(),
    candidates: z.array(candidateSchema),
    conflicts: z.array(z.string()).optional().describe("Points on which the documents disagree"),
    note: z.string(),
  }),
  run: (input: z.infer<typeof findGatewayInput>, context) => findGateway(input, context),
});
