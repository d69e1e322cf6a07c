import type { WireAnswer } from "../core/carrier/wire.ts";
import { redactText } from "../core/secret.ts";
import { toExactJson } from "./exact-json.ts";

const credentials = /^(?:authorization|api-key)$/i;

/** The answer without the credentials of its request, which some gateways repeat in an error. */
export function withoutCredentials(answer: WireAnswer, headers: Record<string, string>): WireAnswer {
  const secrets = Object.entries(headers).flatMap(([name, value]) => (credentials.test(name) ? secretsIn(value) : []));
  const text = redactText(answer.text, secrets);
  if (text === answer.text) return answer;
  return { ...answer, text, json: answer.json === undefined ? undefined : toExactJson(text) };
}

/** A key alone, or behind its scheme; of a Basic pair the whole, and each half of what it stands for. */
function secretsIn(value: string): string[] {
  const [scheme = "", credential] = value.split(" ");
  if (credential === undefined) return [value];
  if (scheme !== "Basic") return [credential];
  const pair = Buffer.from(credential, "base64").toString();
  const colon = pair.indexOf(":");
  return [credential, pair, pair.slice(0, colon), pair.slice(colon + 1)];
}
