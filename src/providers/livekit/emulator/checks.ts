import { refusal } from "./answers.ts";
import { normalized, texts } from "./lists.ts";
import type { Json } from "./state.ts";

/** livekit/protocol's rules for an inbound trunk, in its words. */
export function checkInbound(id: string, trunk: Json, all: readonly Json[]): void {
  const isOpen = [trunk["auth_username"], trunk["auth_password"]].every((half) => half === "");
  if (isOpen && texts(trunk["allowed_addresses"]).length === 0 && texts(trunk["numbers"]).length === 0) {
    throw refusal(
      "invalid_argument",
      "for security, one of the fields must be set: AuthUsername+AuthPassword, AllowedAddresses or Numbers",
    );
  }
  checkHeaders(trunk);
  for (const other of all) if (other["sip_trunk_id"] !== id) checkConflict(trunk, other);
}

/** Neither addresses nor logins tell two trunks apart: numbers do, and for the same number the callers. */
function checkConflict(trunk: Json, other: Json): void {
  const [own, its] = [texts(trunk["numbers"]).map(normalized), texts(other["numbers"]).map(normalized)];
  const shared = own.length === 0 && its.length === 0 ? "<any>" : own.find((number) => its.includes(number));
  if (shared === undefined) return;
  const [callers, itsCallers] = [texts(trunk["allowed_numbers"]).map(normalized), texts(other["allowed_numbers"]).map(normalized)];
  const said = `Conflicting inbound SIP Trunks: "" and ${JSON.stringify(other["sip_trunk_id"])}, using the same number(s) ${shared === "<any>" ? shared : JSON.stringify([shared])}`;
  if (callers.length === 0 && itsCallers.length === 0) throw refusal("invalid_argument", `${said} without AllowedNumbers set`);
  const caller = callers.find((number) => itsCallers.includes(number));
  if (caller !== undefined) throw refusal("invalid_argument", `${said} and AllowedNumber ${JSON.stringify(caller)}`);
}

export function checkOutbound(trunk: Json, fails: boolean): void {
  const { address = "", from_host = "" } = trunk as { address?: string; from_host?: string };
  const isUri = (text: string) => /[@;]|^sips?:/.test(text);
  const [broken] = [
    texts(trunk["numbers"]).length === 0 ? "no trunk numbers specified" : undefined,
    address === "" ? "no outbound address specified" : undefined,
    address.includes("transport=") ? "trunk address should not contain transport parameter" : undefined,
    isUri(address) ? "trunk address should be a hostname or IP, not SIP URI" : undefined,
    isUri(from_host) ? "from_host should be a hostname or IP, not SIP URI" : undefined,
  ].filter((reason) => reason !== undefined);
  if (broken !== undefined) throw refusal(fails ? "unknown" : "invalid_argument", broken);
  checkHeaders(trunk);
}

const reserved =
  /^(accept|allow|call-id|contact|content-length|content-type|cseq|event|expires|from|max-forwards|record-route|refer-to|reply-to|[klmortuv])$/i;

function checkHeaders(trunk: Json): void {
  const name = Object.keys((trunk["headers"] as object | null) ?? {}).find(
    (one) => reserved.test(one) || /[^A-Za-z0-9!#$%&'*+.^_`|~-]/.test(one),
  );
  if (name !== undefined) throw refusal("invalid_argument", `header name ${JSON.stringify(name)} is not allowed`);
}

/** Trunk, numbers and PIN: no two rules may have one in common. A rule for every trunk meets such rules only. */
export function checkRule(id: string, rule: Json, all: readonly Json[]): void {
  const own = new Set(keysOf(rule));
  for (const other of all) {
    if (other["sip_dispatch_rule_id"] === id || !keysOf(other).some((key) => own.has(key))) continue;
    throw refusal(
      "invalid_argument",
      `Dispatch rule for the same trunk, inbound number, number, and PIN combination already exists in dispatch rule ${JSON.stringify(other["sip_dispatch_rule_id"])} ${JSON.stringify(other["name"])}`,
    );
  }
}

function keysOf(rule: Json): string[] {
  const orAny = (name: string) => (texts(rule[name]).length === 0 ? [""] : texts(rule[name]).map(normalized));
  const pin = Object.values((rule["rule"] as Record<string, { pin?: string } | null> | null) ?? {}).find((kind) => kind)?.pin ?? "";
  return orAny("trunk_ids").flatMap((trunk) =>
    orAny("inbound_numbers").flatMap((caller) => orAny("numbers").map((called) => JSON.stringify([trunk, caller, called, pin]))),
  );
}
