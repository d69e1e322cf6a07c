import * as z from "zod";
import { diagnose, foreignHost } from "../../src/check/diagnose.ts";
import { type CheckTrunkInput, checkTrunkInput } from "../../src/check/facts.ts";
import { checkDirectionSchema, findingSchema } from "../../src/core/carrier/diagnosis.ts";
import { defineTool } from "../../src/core/tool.ts";

export default defineTool({
  name: "check_trunk",
  title: "Check a trunk end to end",
  description:
    "Changes nothing and places no call: checks a trunk's settings at both ends, DNS, TLS and SIP. What blocks calls comes first, with its repair.",
  toolset: "sip",
  effect: "read",
  pictured: true,
  input: checkTrunkInput,
  output: z.object({
    summary: z.string(),
    trunk: z.object({ provider: z.string(), trunk_id: z.string(), trunk_name: z.string() }).optional(),
    directions: z.array(checkDirectionSchema),
    findings: z.array(findingSchema),
    passed: z.array(z.string()),
    skipped: z.array(z.string()),
    not_run: z.array(z.string()).describe("What was not looked at, and why"),
    checks: z.array(z.string()).optional(),
  }),
  exposure: (input: CheckTrunkInput, context) => foreignHost(input, context),
  run: async (input: CheckTrunkInput, context) => ({ ...(await diagnose(input, context)) }),
});
