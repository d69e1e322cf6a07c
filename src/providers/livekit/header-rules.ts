import type { InputFinding } from "../../core/input-finding.ts";
import { quoteText } from "../../core/text.ts";
import { refuse } from "../../rules/findings.ts";
import type { TrunkFields } from "./body.ts";

/** Headers that LiveKit refuses, because its own are in their place (livekit/protocol, sip_validation, August 2026). */
const taken = new Set([
  ...["accept", "accept-encoding", "accept-language", "allow", "allow-events", "call-id", "contact", "content-encoding"],
  ...["content-length", "content-type", "cseq", "event", "expires", "from", "max-forwards", "record-route", "refer-to", "reply-to"],
  ...["k", "l", "m", "o", "r", "t", "u", "v"],
]);

const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,255}$/;

export function checkHeaders({
  headers = {},
  headers_to_attributes = {},
  attributes_to_headers = {},
}: TrunkFields): (InputFinding | undefined)[] {
  return [
    ...Object.keys(headers).map((name) => checkName("headers", name)),
    ...Object.keys(headers_to_attributes).map((name) => checkShape("headers_to_attributes", name)),
    ...Object.values(attributes_to_headers).map((name) => checkName("attributes_to_headers", name)),
  ];
}

function checkName(field: string, name: string): InputFinding | undefined {
  if (!taken.has(name.toLowerCase())) return checkShape(field, name);
  return refuse(field, `LiveKit writes the header ${quoteText(name)} itself. Nothing was sent.`, "Choose a name that begins with X-.");
}

function checkShape(field: string, name: string): InputFinding | undefined {
  return TOKEN.test(name)
    ? undefined
    : refuse(field, `${quoteText(name)} is no header's name. Nothing was sent.`, "Write it like X-Account.");
}
