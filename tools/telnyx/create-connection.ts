import { Secret } from "../../src/core/secret.ts";
import { defineTool } from "../../src/core/tool.ts";
import { newConnection } from "../../src/providers/telnyx/after.ts";
import { newConnectionSchema, writtenConnectionSchema } from "../../src/providers/telnyx/fields.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { checkNewConnection } from "../../src/providers/telnyx/input-rules.ts";
import { withKnownProfile } from "../../src/providers/telnyx/known-profile.ts";
import { generatePassword } from "../../src/providers/telnyx/password.ts";
import { withPassword } from "../../src/providers/telnyx/view.ts";

export default defineTool({
  name: "telnyx_create_connection",
  title: "Create a Telnyx connection",
  description:
    "Creates a SIP connection, which is Telnyx's trunk. Calls out need an outbound_voice_profile_id; add addresses and numbers then.",
  provider: telnyx,
  effect: "create",
  changesList: true,
  secretFields: ["password"],
  input: newConnectionSchema,
  output: writtenConnectionSchema,
  check: checkNewConnection,
  resolve: withKnownProfile,
  prepare: (input) => (input.connection_type === "credential" ? { ...input, password: input.password ?? generatePassword() } : input),
  // Its id is not known yet; a reading may not tell the password.
  keeps: ({ connection_name, password = "" }) => new Secret(password, `telnyx/new ${connection_name}/sip`),
  withKept: (found, password) => withPassword(found, password),
  after: (_, input) => newConnection(input),
  write: ({ client }) => client.createConnection,
});
