import type { Attributes } from "../../core/carrier/attributes.ts";
import {
  type Credential,
  type DestinationUri,
  type PhoneNumber,
  suspicion,
  type TrunkDetail,
  type WhitelistedIp,
} from "../../core/carrier/trunk.ts";
import { present } from "../../core/given.ts";
import { Secret } from "../../core/secret.ts";
import type { AddressRecord, LoginRecord, NumberRecord, TrunkRecord, UrlRecord } from "./json.ts";

/** A trunk without its lists. Its name may be missing, and need not be its own. */
export function toRow(record: TrunkRecord): TrunkDetail {
  const name = record.friendly_name || record.domain_name || record.sid;
  return present({
    provider: "twilio",
    trunk_id: record.sid,
    trunk_name: name,
    ...suspicion(name, name.length > MAX_NAME),
    domain_name: record.domain_name || undefined,
    auth_type: record.auth_type || undefined,
    created_at: isoDate(record.date_created),
    attributes: toAttributes(record),
  });
}

export const MAX_NAME = 64;

export function isTrunkSid(value: string): boolean {
  return /^TK[0-9a-f]{32}$/i.test(value);
}

function toAttributes(record: TrunkRecord): Attributes {
  const { recording } = record;
  return present({
    secure: record.secure ?? false,
    cnam_lookup_enabled: record.cnam_lookup_enabled ?? false,
    transfer_mode: record.transfer_mode,
    transfer_caller_id: record.transfer_caller_id,
    disaster_recovery_url: record.disaster_recovery_url || undefined,
    disaster_recovery_method: record.disaster_recovery_method,
    symmetric_rtp_enabled: record.symmetric_rtp_enabled ?? false,
    recording_mode: typeof recording === "string" ? recording : recording?.mode,
    recording_trim: typeof recording === "string" ? undefined : recording?.trim,
  });
}

export function toPhoneNumber(record: NumberRecord): PhoneNumber {
  return present({ phone_number_id: record.sid, phone_number: record.phone_number, created_at: isoDate(record.date_created) });
}

/** A length that is missing, or 0 as the documents print it, is the whole address. `list`: its name, where it is not the trunk's own. */
export function toWhitelistedIp(listSid: string, record: AddressRecord, list?: string): WhitelistedIp {
  return present({
    whitelisted_ip_id: `${listSid}/${record.sid}`,
    ip: record.ip_address,
    mask: record.cidr_prefix_length || WHOLE_ADDRESS,
    friendly_name: record.friendly_name,
    list,
    created_at: isoDate(record.date_created),
  });
}

const WHOLE_ADDRESS = 32;

export function toDestinationUri(record: UrlRecord): DestinationUri {
  return present({
    destination_uri_id: record.sid,
    destination: record.sip_url.replace(/^sip:/i, ""),
    type: record.enabled === false ? "disabled" : "enabled",
    priority: record.priority,
    weight: record.weight,
    created_at: isoDate(record.date_created),
  });
}

export function toCredential(trunkSid: string, listSid: string, record: LoginRecord, list?: string): Credential {
  return present({
    credential_id: `${listSid}/${record.sid}`,
    user_name: record.username,
    list,
    created_at: isoDate(record.date_created),
    kept_as: loginRef(trunkSid, record.username),
  });
}

export function loginSecret(trunkSid: string, userName: string, password: string): Secret {
  return new Secret(password, loginRef(trunkSid, userName));
}

/** The name by which a person finds a password. */
function loginRef(trunkSid: string, userName: string): string {
  return `twilio/${trunkSid}/${userName}`;
}

/** One API writes ISO 8601, the other RFC 2822: one form of ours, so that nobody compares them as text. */
function isoDate(date: string | null | undefined): string | undefined {
  const ms = Date.parse(date ?? "");
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}
