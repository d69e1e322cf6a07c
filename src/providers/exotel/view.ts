import {
  type Credential,
  type DestinationUri,
  type PhoneNumber,
  suspicion,
  type Trunk,
  type TrunkDetail,
  type WhitelistedIp,
} from "../../core/carrier/trunk.ts";
import { present } from "../../core/given.ts";
import { Secret } from "../../core/secret.ts";
import { cleanText } from "../../core/text.ts";
import { bareDestination } from "../../rules/destination.ts";
import { checkTrunkName } from "./input-rules.ts";
import type { CredentialRecord, DestinationRecord, PhoneNumberRecord, TrunkRecord, WhitelistedIpRecord } from "./json.ts";

export function toTrunk(record: TrunkRecord): Trunk {
  return present({
    provider: "exotel",
    trunk_id: record.trunk_sid,
    trunk_name: record.trunk_name,
    ...suspicion(record.trunk_name, checkTrunkName("trunk_name", record.trunk_name) !== undefined),
    status: record.status,
    domain_name: record.domain_name,
    auth_type: record.auth_type,
    created_at: record.date_created,
  });
}

/** A row of the listing, which has everything but the trunk's lists. */
export function toRow(record: TrunkRecord): TrunkDetail {
  return { ...toTrunk(record), attributes: toAttributes(record) };
}

/** Attributes that only Exotel has. */
function toAttributes(record: TrunkRecord): Record<string, string> {
  return present({
    nso_code: record.nso_code,
    edge_preference: record.edge_preference,
    registration_enabled: record.registration_enabled,
    secure_trunking: record.secure_trunking,
  });
}

export function toPhoneNumber(record: PhoneNumberRecord): PhoneNumber {
  // The service reports null for a mode that was left out and routes as pstn.
  return present({
    phone_number_id: record.id,
    phone_number: record.phone_number,
    mode: record.mode ?? "pstn",
    created_at: record.date_created,
  });
}

export function toWhitelistedIp(record: WhitelistedIpRecord): WhitelistedIp {
  return present({
    whitelisted_ip_id: record.id,
    ip: record.ip,
    mask: record.mask,
    friendly_name: record.friendly_name,
    created_at: record.date_created,
  });
}

export function toDestinationUri(record: DestinationRecord): DestinationUri {
  return present({
    destination_uri_id: record.id,
    destination: bareDestination(record.destination),
    type: record.type,
    priority: record.priority,
    weight: record.weight,
    created_at: record.date_created,
  });
}

export function toCredential(record: CredentialRecord, trunkSid: string): Credential {
  if ("username" in record) {
    return { user_name: record.username, password: loginSecret(trunkSid, record.username, record.password) };
  }
  return present({
    credential_id: record.id,
    user_name: record.user_name,
    friendly_name: record.friendly_name,
    created_at: record.date_created,
    kept_as: loginRef(trunkSid, record.user_name),
  });
}

/** The documents make logins for registration; whether one counts beside a whitelist, they disagree (2026-01). */
export function useOf({ user_name }: Credential, { trunk_id, auth_type = "" }: TrunkDetail): string {
  const what = user_name === trunk_id ? "came with the trunk, for SIP registration" : "for SIP registration and for calls";
  return auth_type.includes("IP-WHITELIST")
    ? `${what}; whether it counts under auth_type IP-WHITELIST, Exotel's documents disagree`
    : `${what}; auth_type ${cleanText(auth_type, 40) || "is not told"} decides whether it counts`;
}

export function loginSecret(trunkSid: string, userName: string, password: string): Secret {
  return new Secret(password, loginRef(trunkSid, userName));
}

/** The name by which a person finds a password: the trunk's own login is `sip`, further ones go by their names. */
function loginRef(trunkSid: string, userName: string): string {
  return `exotel/${trunkSid}/${userName === trunkSid ? "sip" : userName}`;
}
