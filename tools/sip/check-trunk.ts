import * as z from "zod";
import { type CheckTrunkInput, checkTrunkInput, diagnose, foreignHost } from "../../src/check/diagnose.ts";
import { checkDirectionSchema, findingSchema } from "../../src/core/carrier/diagnosis.ts";
import { defineTool } from "../../src/core/tool.ts";

export default defineTool({
  name: "check_trunk",
  title: "Check a trunk end to end",
  description: "Checks live settings, DNS, TLS and SIP of a trunk; what blocks calls comes first, with its repair. Places no call.",
  toolset: "sip",
  effect: "read",
  input: checkTrunkInput,
  output: z.object({
    trunk: z.object({ provider: z.string(), trunk_id: z.string(), trunk_name: z.string() }).optional(),
    directions: z.array(checkDirectionSchema),
    summary: z.string(),
    findings: z.array(findingSchema),
    passed: z.array(z.string()),
    skipped: z.array(z.string()),
  }),
  exposure: (input: CheckTrunkInput, context) => foreignHost(input, context),
  run: async (input: CheckTrunkInput, context) => ({ ...(await diagnose(input, context)) }),
});
