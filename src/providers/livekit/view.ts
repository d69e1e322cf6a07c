import { isIP } from "node:net";
import type { Attributes } from "../../core/carrier/attributes.ts";
import { type Credential, suspicion, type Trunk, type TrunkDetail } from "../../core/carrier/trunk.ts";
import { redactText, Secret } from "../../core/secret.ts";
import { quoteText } from "../../core/text.ts";
import { toRange } from "../../rules/range.ts";
import { encryptionOf, ruleOf } from "./body.ts";
import type { InboundRecord, OutboundRecord, RuleRecord, TrunkRecord } from "./json.ts";

/** Both kinds of trunk share the form. */
export function isTrunkId(value: string): boolean {
  return /^ST_\w+$/.test(value);
}

/** The name under which a trunk's password is kept: it has one login at most. */
export function loginSecret(trunkId: string, password: string): Secret {
  return new Secret(password, `livekit/${trunkId}/sip`);
}

function toTrunk({ sip_trunk_id, name, created_at }: TrunkRecord): Omit<Trunk, "auth_type"> {
  return {
    provider: "livekit",
    trunk_id: sip_trunk_id,
    // The server takes an empty name; nobody could call the trunk by it.
    trunk_name: name === "" ? sip_trunk_id : name,
    ...suspicion(name, name.length > 255),
    ...(created_at === "" ? {} : { created_at }),
  };
}

export function toDetail(record: TrunkRecord, sipHost: string | undefined, rules?: readonly RuleRecord[]): TrunkDetail {
  return record.direction === "inbound" ? inboundDetail(record, sipHost, rules) : outboundDetail(record);
}

function inboundDetail(record: InboundRecord, sipHost: string | undefined, rules: readonly RuleRecord[] | undefined): TrunkDetail {
  const addresses = record.allowed_addresses.filter(isAddress);
  const credentials = toCredentials(record, "asked of every caller");
  const half = (record.auth_username === "") === (record.auth_password === "") ? undefined : halfLogin(record);
  const attributes = {
    direction: "inbound",
    allowed_numbers: record.allowed_numbers,
    // LiveKit compares a name with what the caller writes into From.
    allowed_hosts: record.allowed_addresses.filter((entry) => !isAddress(entry)),
    half_login: half,
    auth_realm: record.auth_realm,
    krisp_enabled: record.krisp_enabled || undefined,
    ringing_timeout: record.ringing_timeout,
    max_call_duration: record.max_call_duration,
    ...sharedAttributes(record),
    dispatch_rules: rules?.map(ruleText),
  };
  return {
    ...toTrunk(record),
    ...(sipHost === undefined ? {} : { domain_name: sipHost }),
    auth_type: authType(credentials.length > 0, addresses.length > 0),
    directions: ["inbound"],
    phone_numbers: record.numbers.map((phone_number) => ({ phone_number })),
    whitelisted_ips: addresses.map(toRange),
    credentials,
    attributes: told(attributes),
  };
}

function outboundDetail(record: OutboundRecord): TrunkDetail {
  const { address, transport = "auto", destination_country, from_host } = record;
  const credentials = record.auth_username === "" ? [] : [toCredential(record, "answers the carrier's challenge")];
  return {
    ...toTrunk(record),
    domain_name: address,
    auth_type: authType(credentials.length > 0, false),
    directions: ["outbound"],
    phone_numbers: record.numbers.filter((number) => number !== "*").map((phone_number) => ({ phone_number })),
    destination_uris: [{ destination: destinationOf(address, transport) }],
    credentials,
    attributes: told({
      ...{ direction: "outbound", address, transport, destination_country, from_host },
      caller_ids: record.numbers.includes("*") ? "any" : undefined,
      ...sharedAttributes(record),
    }),
  };
}

/** The gateway as a destination is written: with the port that LiveKit takes where none is said. */
export function destinationOf(address: string, transport: string): string {
  const port = /:\d+$/.test(address) ? "" : transport === "tls" ? ":5061" : ":5060";
  return `${address}${port};transport=${transport}`;
}

function authType(hasLogin: boolean, hasAddresses: boolean): string {
  if (hasLogin) return hasAddresses ? "credentials_and_ip" : "credentials";
  return hasAddresses ? "ip" : "none";
}

/** LiveKit asks for a login only where it has both halves of one. */
function toCredentials(record: TrunkRecord, use: string): Credential[] {
  return record.auth_username === "" || record.auth_password === "" ? [] : [toCredential(record, use)];
}

function toCredential({ sip_trunk_id, auth_username: user_name, auth_password }: TrunkRecord, use: string): Credential {
  const secret = loginSecret(sip_trunk_id, auth_password);
  return { user_name, use, kept_as: secret.ref ?? "", ...(auth_password === "" ? {} : { password: secret }) };
}

function halfLogin({ auth_username }: TrunkRecord): string {
  return auth_username === "" ? "a password without a user name" : "a user name without a password";
}

function sharedAttributes(record: TrunkRecord) {
  const { include_headers, headers, media, metadata } = record;
  // Somebody may have written the password where everybody reads it.
  const open = (text: string) => redactText(text, [record.auth_password]);
  return {
    media_encryption: encryptionOf(record),
    codecs: media.codecs,
    include_headers: include_headers === "no_headers" ? undefined : include_headers,
    headers: Object.entries(headers).map(([name, value]) => open(`${name}: ${value}`)),
    metadata: open(metadata),
  };
}

type Value = string | number | boolean | readonly string[] | undefined;

/** Those that say something: an empty value does not. */
function told(attributes: Record<string, Value>): Attributes {
  const known = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== "" && !isEmptyList(value));
  return Object.fromEntries(known) as Attributes;
}

function isEmptyList(value: Value): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isAddress(entry: string): boolean {
  return isIP(entry.split("/")[0] ?? "") !== 0;
}

/** `SDR_x "to-agent": rooms "call_*", agent "front-desk"`: a rule as the trunks show it that it serves. */
export function ruleText(record: RuleRecord): string {
  const { length } = record.trunk_ids;
  const served = length === 0 ? " (every trunk)" : length === 1 ? "" : ` (${length} trunks)`;
  return `${record.sip_dispatch_rule_id} ${quoteText(record.name)}${served}: ${targetText(toRuleRow(record))}${filterText(record)}`;
}

function filterText({ numbers, inbound_numbers }: RuleRecord): string {
  const said = (word: string, list: readonly string[]) =>
    list.length === 0 ? "" : `, ${word} ${list.map((number) => quoteText(number)).join(", ")} only`;
  return `${said("calls to", numbers)}${said("calls from", inbound_numbers)}`;
}

type Target = Pick<RuleRow, "rule_type" | "agents"> & {
  room_name?: string | undefined;
  room_prefix?: string | undefined;
  has_pin?: boolean;
};

/** The rooms and agents to which a rule leads calls, and its PIN. */
export function targetText({ rule_type, room_name = "", room_prefix = "", agents, has_pin = false }: Target): string {
  const room = rule_type === "direct" ? `room ${quoteText(room_name)}` : roomsOf(room_prefix);
  const named = agents.length === 0 ? "no named agent" : `agent ${agents.map((agent) => quoteText(agent)).join(", ")}`;
  return [room, named, ...(has_pin ? ["behind a PIN"] : [])].join(", ");
}

function roomsOf(prefix: string): string {
  return `rooms ${quoteText(prefix === "" ? "_*" : `${prefix}_*`)}`;
}

/** A dispatch rule for the agent. Its PIN is for callers, and is not shown. */
export function toRuleRow(record: RuleRecord) {
  const { rule_type, room_name, room_prefix, pin } = ruleOf(record);
  const { trunk_ids, numbers, inbound_numbers, hide_phone_number, krisp_enabled } = record;
  return {
    dispatch_rule_id: record.sip_dispatch_rule_id,
    name: record.name,
    trunk_ids,
    rule_type,
    ...(room_name ? { room_name } : {}),
    ...(room_prefix ? { room_prefix } : {}),
    agents: (record.room_config?.agents ?? []).map(({ agent_name }) => agent_name),
    ...(pin === "" ? {} : { has_pin: true }),
    ...(numbers.length > 0 ? { numbers } : {}),
    ...(inbound_numbers.length > 0 ? { inbound_numbers } : {}),
    ...(hide_phone_number ? { hide_phone_number } : {}),
    ...(krisp_enabled ? { krisp_enabled } : {}),
  };
}
export type RuleRow = ReturnType<typeof toRuleRow>;

/** The same in the common view, in the place of a trunk: what an approval is judged by, and what a snapshot holds. */
export function ruleDetail(record: RuleRecord): TrunkDetail {
  const { dispatch_rule_id, name, ...row } = toRuleRow(record);
  const encryption = encryptionOf(record);
  return {
    provider: "livekit",
    trunk_id: dispatch_rule_id,
    trunk_name: name === "" ? dispatch_rule_id : name,
    attributes: {
      direction: "dispatch_rule",
      leads_to: targetText(row),
      ...(encryption === "disable" ? {} : { media_encryption: encryption }),
      ...row,
    },
  };
}
