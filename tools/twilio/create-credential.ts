import * as z from "zod";
import { shownLoginSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withLogin } from "../../src/providers/twilio/after.ts";
import { trunkSid } from "../../src/providers/twilio/fields.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { checkPassword, checkUsername } from "../../src/providers/twilio/input-rules.ts";
import { generatePassword } from "../../src/providers/twilio/password.ts";
import { loginSecret } from "../../src/providers/twilio/view.ts";

export default defineTool({
  name: "twilio_create_credential",
  title: "Create a Twilio SIP login",
  description:
    "Creates a login, in a list of the trunk's own. Leave password out: one is generated, and shown to the person by secret_command. With IP list and logins on one trunk both must hold.",
  provider: twilio,
  effect: "create",
  secretFields: ["password"],
  input: z.strictObject({
    trunk_sid: trunkSid,
    username: z.string().max(32).describe("Letters, digits, _ . + -"),
    password: z.string().max(128).optional().describe("ask: the person types it; env:TRUNKLINE_SECRET_<name>"),
  }),
  output: z.object({ credentials: shownLoginSchema }),
  check: ({ username, password }) => [checkUsername(username), checkPassword(password)],
  prepare: (input) => ({ ...input, password: input.password ?? generatePassword() }),
  keeps: ({ trunk_sid, username, password = "" }) => loginSecret(trunk_sid, username, password),
  withKept: (found, password) => ({ ...found, credentials: { ...(found["credentials"] as object), password } }),
  after: (trunk, input) => trunk && withLogin(trunk, input),
  write: ({ client }) => client.createCredential,
});
