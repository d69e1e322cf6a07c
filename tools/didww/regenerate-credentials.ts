import * as z from "zod";
import { shownLoginSchema } from "../../src/core/carrier/shown-trunk.ts";
import type { Credential } from "../../src/core/carrier/trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withNewLogin } from "../../src/providers/didww/after.ts";
import { trunkId } from "../../src/providers/didww/fields.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { voiceOutTrunks } from "../../src/providers/didww/voice-in/kinds.ts";

export default defineTool({
  name: "didww_regenerate_credentials",
  title: "Replace a DIDWW trunk's login",
  description: "Replaces a trunk's user name and password, after asking the person. The old login stops working at once.",
  provider: didww,
  effect: "destroy",
  input: z.strictObject({ trunk_id: trunkId }),
  output: z.object({ trunk_id: z.string(), credentials: shownLoginSchema.optional() }),
  kind: voiceOutTrunks,
  after: (trunk) => trunk && withNewLogin(trunk),
  answered: (trunk, { credentials }) => (credentials ? { ...trunk, credentials: [credentials as Credential] } : trunk),
  write: ({ client }) => client.regenerateCredentials,
});
