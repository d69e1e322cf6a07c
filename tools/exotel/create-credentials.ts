import * as z from "zod";
import { shownLoginSchema } from "../../src/core/carrier/shown-trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { withLogin } from "../../src/providers/exotel/after.ts";
import { trunkSid } from "../../src/providers/exotel/fields.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { checkUserName } from "../../src/providers/exotel/input-rules.ts";
import { generatePassword } from "../../src/providers/exotel/password.ts";
import { loginSecret } from "../../src/providers/exotel/view.ts";
import { checkSecretWord, checkWord } from "../../src/rules/name.ts";

export default defineTool({
  name: "exotel_create_credentials",
  title: "Create an Exotel SIP login",
  description:
    "Creates a SIP login, for platforms without a static IP. Leave password out: one is generated, and shown to the person by secret_command.",
  provider: exotel,
  effect: "create",
  secretFields: ["password"],
  input: z.strictObject({
    trunk_sid: trunkSid,
    user_name: z.string().max(64).describe("Letters, digits, underscores"),
    password: z.string().max(128).optional().describe("ask: the person types it; env:TRUNKLINE_SECRET_<name>"),
    friendly_name: z.string().max(64).optional().describe("The same, up to 32"),
  }),
  output: z.object({ credentials: shownLoginSchema }),
  check: ({ user_name, password, friendly_name }) => [
    checkUserName("user_name", user_name),
    password === undefined ? undefined : checkSecretWord("password", password, 64),
    friendly_name === undefined ? undefined : checkWord("friendly_name", friendly_name, 32, "friendly name"),
  ],
  prepare: (input) => ({ ...input, password: input.password ?? generatePassword() }),
  keeps: ({ trunk_sid, user_name, password = "" }) => loginSecret(trunk_sid, user_name, password),
  withKept: (found, password) => ({ ...found, credentials: { ...(found["credentials"] as object), password } }),
  after: (trunk, input) => trunk && withLogin(trunk, input),
  write: ({ client }) => client.createCredentials,
});
