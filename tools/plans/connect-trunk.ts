import { connectionSchema } from "../../src/core/carrier/connection.ts";
import { defineTool } from "../../src/core/tool.ts";
import { providers } from "../../src/providers/index.ts";
import planTrunk from "./plan-trunk.ts";

const { platform } = connectionSchema.shape;
const platforms = providers.flatMap((provider) => ("platform" in provider ? [provider.id] : []));

export default defineTool({
  name: "connect_trunk",
  title: "Connect a number to a voice agent",
  description:
    "Plans both ends: a carrier's number and the platform whose agents answer or call; nothing changes yet. Leave out what you do not know: it answers with questions. apply_plan does it, and asks the person once.",
  toolset: "plans",
  effect: "read",
  connects: true,
  pictured: true,
  input: connectionSchema.extend({ platform: platform.describe(`${platforms.join(", ")}; vapi, retell, elevenlabs by hand`) }),
  output: planTrunk.output,
  run: (input, { plans }) => plans.connect(input),
});
