import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod";
import { serverSettings } from "../core/config.ts";
import { TrunkError } from "../core/errors.ts";
import type { Narrowing } from "../pipeline/policy.ts";

const flag = z.enum(["true", "false"]).transform((value) => value === "true");

/** Headers with which a client asks for less than it may. */
const narrowingHeaders = {
  "trunkline-read-only": flag,
  "trunkline-toolsets": z.string().transform((value) => value.split(",").map((name) => name.trim())),
  "trunkline-approval": serverSettings.shape.TRUNKLINE_APPROVAL.unwrap(),
  "trunkline-ask-for": serverSettings.shape.TRUNKLINE_ASK_FOR.unwrap(),
  "trunkline-allowance": serverSettings.shape.TRUNKLINE_ALLOWANCE.unwrap(),
  "trunkline-plain-passwords": serverSettings.shape.TRUNKLINE_PLAIN_PASSWORDS.unwrap(),
  "trunkline-hide-secrets": flag,
};

/** Reads these headers. One that is not understood is refused: to guess would give more than was wanted. */
export function narrowingOf(headers: IncomingHttpHeaders): Narrowing {
  const read = <Name extends keyof typeof narrowingHeaders>(name: Name) => {
    const value = headers[name];
    if (value === undefined) return undefined;
    const parsed = narrowingHeaders[name].safeParse(value);
    if (parsed.success) return parsed.data as z.infer<(typeof narrowingHeaders)[Name]>;
    throw new TrunkError("invalid_input", `The header ${name} has a value that is not understood.`);
  };
  return {
    readOnly: read("trunkline-read-only"),
    toolsets: read("trunkline-toolsets"),
    approval: read("trunkline-approval"),
    askFor: read("trunkline-ask-for"),
    allowance: read("trunkline-allowance"),
    plainPasswords: read("trunkline-plain-passwords"),
    hideSecrets: read("trunkline-hide-secrets"),
  };
}
