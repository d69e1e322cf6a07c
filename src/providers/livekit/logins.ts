import * as z from "zod";
import { digest } from "../../core/canonical.ts";
import { madeTrunkSchema, shownLoginSchema } from "../../core/carrier/shown-trunk.ts";
import { Secret } from "../../core/secret.ts";
import { generatePassword } from "./password.ts";
import { loginSecret } from "./view.ts";

/** A trunk as a write left it, and its login where it has one. */
export const writtenTrunkSchema = z.object({ trunk: madeTrunkSchema, credentials: shownLoginSchema.optional() });

interface WithLogin {
  trunk_id?: string;
  name?: string | undefined;
  auth_username?: string | undefined;
  auth_password?: string | undefined;
}

/** A user name without a password gets one of ours. */
export function withGenerated<Input extends WithLogin>(input: Input): Input {
  return input.auth_username && input.auth_password === undefined ? { ...input, auth_password: generatePassword() } : input;
}

/** The place of the password: that of its trunk, or of a trunk that has no id yet. */
export function keptLogin({ trunk_id, auth_password = "", ...input }: WithLogin): Secret {
  if (trunk_id !== undefined) return auth_password === "" ? new Secret("") : loginSecret(trunk_id, auth_password);
  return auth_password === "" && !input.auth_username
    ? new Secret("")
    : new Secret(auth_password, `livekit/new/${digest(input).slice(0, 16)}`);
}

/** The record that was read back, with the password at the place of its trunk. */
export function withKeptLogin(found: Record<string, unknown>, password: Secret): Record<string, unknown> {
  const { trunk, credentials } = found as { trunk: { trunk_id: string }; credentials?: object };
  return credentials ? { ...found, credentials: { ...credentials, password: loginSecret(trunk.trunk_id, password.reveal()) } } : found;
}
