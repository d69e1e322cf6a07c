import { defineTool } from "../../src/core/tool.ts";
import { changed } from "../../src/providers/telnyx/after.ts";
import { connectionChangeSchema, writtenConnectionSchema } from "../../src/providers/telnyx/fields.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { checkConnectionChange } from "../../src/providers/telnyx/input-rules.ts";
import { withKnownProfile } from "../../src/providers/telnyx/known-profile.ts";

export default defineTool({
  name: "telnyx_update_connection",
  title: "Change a Telnyx connection",
  description:
    "Changes a connection; what is left out stays. It asks the person about another profile, more spending and weaker protection.",
  provider: telnyx,
  effect: "change",
  changesList: true,
  input: connectionChangeSchema,
  output: writtenConnectionSchema,
  check: checkConnectionChange,
  resolve: withKnownProfile,
  after: (trunk, { connection_id: _, ...fields }) => trunk && changed(trunk, fields),
  write: ({ client }) => client.updateConnection,
});
