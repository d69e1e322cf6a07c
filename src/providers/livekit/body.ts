import { given } from "../../core/given.ts";
import { same } from "./compare.ts";
import type { NewInbound, NewOutbound, NewRule, RuleChange, RuleFields } from "./fields.ts";
import type { Got, RuleRecord, TrunkRecord, Whole } from "./json.ts";

type AllFields = NewInbound & NewOutbound;
export type TrunkFields = { [Name in keyof AllFields]?: AllFields[Name] | undefined };
type Body = Record<string, unknown>;

/** A trunk as LiveKit takes it. What is undefined is not sent. */
export function toTrunk(input: TrunkFields, current?: Got<TrunkRecord>): Body {
  const { media_encryption: _, codecs: __, transport, include_headers, ringing_timeout, max_call_duration, ...plain } = input;
  return {
    ...plain,
    transport: transport && `SIP_TRANSPORT_${transport.toUpperCase()}`,
    include_headers: include_headers && `SIP_${include_headers.toUpperCase()}`,
    ringing_timeout: ringing_timeout && `${ringing_timeout}s`,
    max_call_duration: max_call_duration && `${max_call_duration}s`,
    media: toMedia(input, current),
  };
}

/** Written whole: what a change leaves alone is sent along. */
function toMedia({ media_encryption, codecs }: TrunkFields, current: Got<TrunkRecord> | undefined): Body | undefined {
  if (media_encryption === undefined && codecs === undefined) return undefined;
  const encryption = media_encryption ?? (current && encryptionOf(current.record));
  return {
    ...inside(current?.whole["media"]),
    ...(codecs ? { only_listed_codecs: codecs.length > 0, codecs: codecs.map((name) => ({ name })) } : {}),
    ...(encryption ? { encryption: `SIP_MEDIA_ENCRYPT_${encryption.toUpperCase()}` } : {}),
  };
}

/** The newer field counts; trunks from before it have the other. */
export function encryptionOf({ media, media_encryption }: Pick<TrunkRecord, "media" | "media_encryption">) {
  return media.encryption ?? media_encryption ?? "disable";
}

/** Fields of a trunk that LiveKit changes only together with everything else. */
const onlyWhole = [
  "headers",
  "headers_to_attributes",
  "attributes_to_headers",
  "include_headers",
  "ringing_timeout",
  "max_call_duration",
  "krisp_enabled",
] as const;

export function needsWhole(input: TrunkFields): boolean {
  return onlyWhole.some((name) => input[name] !== undefined);
}

/** `media` is one value to LiveKit: who changes a part of it has to know the rest. */
export function needsMedia(input: Pick<TrunkFields, "media_encryption" | "codecs">): boolean {
  return input.media_encryption !== undefined || input.codecs !== undefined;
}

const lists = ["numbers", "allowed_addresses", "allowed_numbers"];

/** The change alone: a list is set whole, and an empty one is cleared. */
export function toUpdate(body: Body): Body {
  const entries = Object.entries(body).map(([name, value]) => [name, lists.includes(name) ? toListUpdate(value) : value]);
  return Object.fromEntries(entries);
}

function toListUpdate(value: unknown): Body | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.length === 0 ? { clear: true } : { set: value };
}

/** Stamped by LiveKit, or said beside it. */
const ownOfRecord = ["sip_trunk_id", "sip_dispatch_rule_id", "created_at", "updated_at"];

/** All of a record, with the change in it: whatever were left out would be cleared. */
export function toReplace(record: Whole, body: Body): Body {
  const kept = Object.entries(record).filter(([name]) => !ownOfRecord.includes(name));
  return { ...Object.fromEntries(kept), ...given(body) };
}

export function toNewRule({ trunk_ids, name, rule_type, ...fields }: NewRule): Body {
  return { name, trunk_ids, rule: toRule(rule_type, fields), ...toRuleFields(fields) };
}

/** The parts of a rule beside its kind, room and PIN. */
function toRuleFields(fields: RuleFields): Body {
  const { room_prefix: _, room_name: __, pin: ___, agents, media_encryption, ...plain } = fields;
  return {
    ...plain,
    media: media_encryption && { encryption: `SIP_MEDIA_ENCRYPT_${media_encryption.toUpperCase()}` },
    room_config: agents && { agents },
  };
}

function toRule(type: NewRule["rule_type"], { room_prefix, room_name, pin }: Pick<RuleFields, "room_prefix" | "room_name" | "pin">) {
  return { [`dispatch_rule_${type}`]: type === "direct" ? { room_name, pin } : { room_prefix, pin } };
}

/** The kind, room and PIN of a rule as it is. */
export function ruleOf({ rule }: RuleRecord): { rule_type: NewRule["rule_type"]; room_prefix?: string; room_name?: string; pin: string } {
  const { dispatch_rule_direct: direct, dispatch_rule_individual: individual, dispatch_rule_callee: callee } = rule ?? {};
  if (direct) return { rule_type: "direct", room_name: direct.room_name, pin: direct.pin };
  if (callee) return { rule_type: "callee", room_prefix: callee.room_prefix, pin: callee.pin };
  return { rule_type: "individual", room_prefix: individual?.room_prefix ?? "", pin: individual?.pin ?? "" };
}

/** The parts of a rule that a change wants, each whole. */
export function toChangedRule(record: RuleRecord, whole: Whole, change: Omit<RuleChange, "dispatch_rule_id">): Body {
  const { name, trunk_ids, rule_type, ...fields } = change;
  const { room_prefix, room_name, pin } = fields;
  const now = ruleOf(record);
  const type = rule_type ?? now.rule_type;
  const { room_config, media, ...plain } = toRuleFields(fields);
  const isOther = [rule_type, room_prefix, room_name, pin].some((value) => value !== undefined);
  const kind = `dispatch_rule_${type}`;
  const kept = type === now.rule_type ? inside(whole["rule"])[kind] : { pin: now.pin };
  return {
    name,
    trunk_ids,
    ...plain,
    rule: isOther ? { [kind]: { ...inside(kept), ...given({ room_prefix, room_name, pin }) } } : undefined,
    room_config: room_config && { ...inside(whole["room_config"]), ...inside(room_config) },
    media: media && { ...inside(whole["media"]), ...inside(media) },
  };
}

/** Parts of a rule that LiveKit changes by themselves. */
const ruleUpdates = ["name", "trunk_ids", "metadata", "rule", "media"];

export function toRuleUpdate(parts: Body): Body | undefined {
  const changed = Object.entries(given(parts));
  if (!changed.every(([name]) => ruleUpdates.includes(name))) return undefined;
  return Object.fromEntries(changed.map(([name, value]) => [name, name === "trunk_ids" ? toListUpdate(value) : value]));
}

function inside(value: unknown): Body {
  return typeof value === "object" && value !== null ? (value as Body) : {};
}

/** Whether a trunk has every value that a write sent. A password is compared where LiveKit tells it. */
export function hasValues(record: TrunkRecord, input: TrunkFields): boolean {
  const { media_encryption, codecs, auth_password, ...plain } = input;
  const live = record as Record<string, unknown>;
  return (
    Object.entries(plain).every(([name, value]) => value === undefined || same(value, live[name])) &&
    (media_encryption === undefined || media_encryption === encryptionOf(record)) &&
    (codecs === undefined || same(codecs, record.media.codecs)) &&
    (auth_password === undefined || record.auth_password === "" || auth_password === record.auth_password)
  );
}
