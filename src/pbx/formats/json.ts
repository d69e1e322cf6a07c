import { checkLine, refuseValue } from "../escape.ts";
import type { PbxFacts } from "../facts.ts";
import type { Body, Login } from "../format.ts";
import { flowHeaderOf } from "../placeholders.ts";

/** JSON escapes whatever it must; a file of it holds no comment. */
export function json(name: string, value: object): Body {
  return { name, comment: "none", text: `${JSON.stringify(value, null, 2)}\n` };
}

/** The login under the names that a platform has for it; nothing where the carrier knows the platform by its address. */
export function jsonLogin(login: Login | undefined, userName: string, password: string): Record<string, string> {
  if (!login) return {};
  return { [userName]: checkLine("user_name", login.userName), [password]: checkLine("password", login.password) };
}

/** Only LiveKit's trunk is known to send a header of one's own. */
export function refuseFlow(facts: PbxFacts, platform: string): void {
  const flow = flowHeaderOf(facts);
  if (flow) refuseValue("directions", `holds flow, whose calls need the header ${flow.name}; no place for it is known at ${platform}`);
}
