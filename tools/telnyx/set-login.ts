import * as z from "zod";
import { shownLoginSchema } from "../../src/core/carrier/shown-trunk.ts";
import type { Credential } from "../../src/core/carrier/trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withLogin } from "../../src/providers/telnyx/after.ts";
import { connectionId } from "../../src/providers/telnyx/fields.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { checkPassword, checkUserName } from "../../src/providers/telnyx/input-rules.ts";
import { generatePassword } from "../../src/providers/telnyx/password.ts";
import { loginSecret } from "../../src/providers/telnyx/view.ts";

export default defineTool({
  name: "telnyx_set_login",
  title: "Set a Telnyx login",
  description:
    "Sets the login of a credential or FQDN connection, after asking the person: the old one stops working. Leave password out: one is generated.",
  provider: telnyx,
  effect: "destroy",
  secretFields: ["password"],
  input: z.strictObject({
    connection_id: connectionId,
    user_name: z.string().max(32).optional().describe("4 to 32 letters, digits"),
    password: z.string().max(128).optional().describe("ask: the person types it; env:TRUNKLINE_SECRET_<name>"),
  }),
  output: z.object({ connection_id: z.string(), credentials: shownLoginSchema.optional() }),
  check: ({ user_name, password }) => [
    user_name === undefined ? undefined : checkUserName("user_name", user_name),
    password === undefined ? undefined : checkPassword("password", password),
  ],
  prepare: (input) => ({ ...input, password: input.password ?? generatePassword() }),
  keeps: ({ connection_id, password = "" }) => loginSecret(connection_id, password),
  withKept: (found, password) => ({ ...found, credentials: { ...(found["credentials"] as object), password } }),
  after: (trunk, input) => trunk && withLogin(trunk, input),
  answered: (trunk, { credentials }) => (credentials ? { ...trunk, credentials: [credentials as Credential] } : trunk),
  write: ({ client }) => client.setLogin,
});
