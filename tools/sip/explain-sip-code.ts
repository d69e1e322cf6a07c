import * as z from "zod";
import { causeSchema, explain, explainInput } from "../../src/check/explain-sip-code.ts";
import { defineTool } from "../../src/core/tool.ts";

export default defineTool({
  name: "explain_sip_code",
  title: "Explain a SIP response code",
  description: "Lists a code's likely causes and what decides between them. With a trunk, its settings weigh them.",
  toolset: "sip",
  effect: "read",
  input: explainInput,
  output: z.object({ code: z.number(), means: z.string(), exotel: z.string().optional(), causes: z.array(causeSchema) }),
  run: (input: z.infer<typeof explainInput>, context) => explain(input, context),
});
