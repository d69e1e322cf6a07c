import * as z from "zod";
import { candidateSchema, findGateway, findGatewayInput } from "../../src/check/find-gateway.ts";
import { defineTool } from "../../src/core/tool.ts";

export default defineTool({
  name: "find_gateway",
  title: "Find a carrier's SIP gateway",
  description: "Changes nothing: asks the hosts that a carrier's documents name, and ranks them for the trunk.",
  toolset: "sip",
  effect: "read",
  input: findGatewayInput,
  output: z.object({
    verdict: z.string(),
    best: z.string().optional(),
    candidates: z.array(candidateSchema),
    failed: z.array(z.string()).optional(),
    conflicts: z.array(z.string()).optional().describe("Points on which the documents disagree"),
    note: z.string().optional(),
  }),
  run: (input: z.infer<typeof findGatewayInput>, context) => findGateway(input, context),
});
