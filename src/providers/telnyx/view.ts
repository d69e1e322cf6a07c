import { isIPv6 } from "node:net";
import type { Attributes } from "../../core/carrier/attributes.ts";
import { type Credential, type PhoneNumber, suspicion, type TrunkDetail } from "../../core/carrier/trunk.ts";
import { present } from "../../core/given.ts";
import { Secret } from "../../core/secret.ts";
import type { Address, KnownProfile, ShownProfile } from "./fields.ts";
import {
  type ConnectionRecord,
  type ConnectionRow,
  type ConnectionType,
  connectionTypes,
  type NumberRecord,
  type ProfileRecord,
} from "./json.ts";

/** Undefined: an application or another thing that is listed with connections and is no trunk. */
export function typeOf({ record_type }: Pick<ConnectionRow, "record_type">): ConnectionType | undefined {
  return connectionTypes.find((type) => record_type === `${type}_connection`);
}

export function isConnectionId(value: string): boolean {
  return /^\d{15,20}$/.test(value);
}

/** A row of the list of all connections. */
export function toRow(record: ConnectionRow): TrunkDetail {
  const trunk_name = record.connection_name || record.id;
  const type = typeOf(record);
  return {
    provider: "telnyx",
    trunk_id: record.id,
    trunk_name,
    ...suspicion(trunk_name, false),
    ...(record.active == null ? {} : { status: record.active ? "active" : "inactive" }),
    ...(type === undefined ? {} : { auth_type: type }),
    ...(record.created_at == null ? {} : { created_at: record.created_at }),
  };
}

/** A connection without its addresses, numbers and profile. */
export function toDetail(record: ConnectionRecord): TrunkDetail {
  const login = toCredential(record);
  return {
    ...toRow(record),
    credentials: login ? [login] : [],
    ...(record.outbound?.ani_override ? { alias: record.outbound.ani_override } : {}),
    attributes: toAttributes(record),
  };
}

/** Those of a connection: what is not in this list stays inside. */
function toAttributes(record: ConnectionRecord): Attributes {
  const [inbound, outbound] = [record.inbound ?? {}, record.outbound ?? {}] as const;
  return present({
    connection_type: typeOf(record),
    transport_protocol: record.transport_protocol,
    // Without encryption Telnyx says null, which is a value.
    encrypted_media: record.encrypted_media ?? "none",
    anchorsite_override: record.anchorsite_override,
    dtmf_type: record.dtmf_type,
    sip_uri_calling_preference: record.sip_uri_calling_preference,
    webhook_event_url: record.webhook_event_url || undefined,
    ani_number_format: inbound.ani_number_format,
    dnis_number_format: inbound.dnis_number_format,
    codecs: inbound.codecs,
    inbound_channel_limit: inbound.channel_limit,
    sip_region: inbound.sip_region,
    // No domain_name: it leads calls in, and a call out that named it would be one to it.
    sip_subdomain: inbound.sip_subdomain || undefined,
    sip_subdomain_receive_settings: inbound.sip_subdomain_receive_settings,
    default_routing_method: inbound.default_routing_method,
    outbound_channel_limit: outbound.channel_limit,
    ani_override_type: outbound.ani_override ? outbound.ani_override_type : undefined,
    localization: outbound.localization,
    ip_authentication_method: outbound.ip_authentication_method,
    tech_prefix: outbound.tech_prefix || undefined,
    call_parking_enabled: outbound.call_parking_enabled,
    outbound_voice_profile_id: outbound.outbound_voice_profile_id || undefined,
  });
}

/** The login by which calls are placed. A host name connection has one that counts for nothing while it admits by address. */
function toCredential(record: ConnectionRecord): Credential | undefined {
  const counts = typeOf(record) === "credential" || record.outbound?.ip_authentication_method === BY_LOGIN;
  if (!counts || !record.user_name) return undefined;
  return { user_name: record.user_name, ...passwordOf(record.id, record.password) };
}

/** Accounts of before September 2026 tell it in every answer, later ones only in that of a write of it, and stars elsewhere (SDK 7.24). */
export function passwordOf(connectionId: string, password: string | null | undefined, sent?: string): Partial<Credential> {
  const told = password && !/^\*+$/.test(password) ? password : sent;
  return told === undefined ? { kept_as: loginRef(connectionId) } : { password: loginSecret(connectionId, told) };
}

export const BY_LOGIN = "credential-authentication";

export function loginSecret(connectionId: string, password: string): Secret {
  return new Secret(password, loginRef(connectionId));
}

/** A connection that was read back, with the password that was kept before its id was known. */
export function withPassword(found: Record<string, unknown>, password: Secret): Record<string, unknown> {
  const { trunk, credentials } = found as { trunk?: { trunk_id: string }; credentials?: object };
  return trunk && credentials
    ? { ...found, credentials: { ...credentials, password: loginSecret(trunk.trunk_id, password.reveal()) } }
    : found;
}

function loginRef(connectionId: string): string {
  return `telnyx/${connectionId}/sip`;
}

/** Addresses as the lists that they are: that of an IP connection may place calls, and gets them. A list that a kind does not have is absent. */
export function withAddresses(trunk: TrunkDetail, addresses: readonly Address[]): TrunkDetail {
  if (trunk.auth_type === "credential") return trunk;
  const transport = String(trunk.attributes?.["transport_protocol"] ?? "UDP").toLowerCase();
  const callers = addresses.map(({ address, address_id }) => ({
    whitelisted_ip_id: address_id,
    ip: address,
    mask: isIPv6(address) ? 128 : 32,
  }));
  return {
    ...trunk,
    ...(trunk.auth_type === "ip" ? { whitelisted_ips: callers } : {}),
    destination_uris: addresses.map(({ address_id, address, port, dns_record_type }) => ({
      destination_uri_id: address_id,
      destination: destinationOf({ address, port }, transport),
      ...(dns_record_type === undefined ? {} : { type: dns_record_type }),
    })),
  };
}

/** Without a port, the host's SRV records name it. */
function destinationOf({ address, port }: Pick<Address, "address" | "port">, transport: string): string {
  return `${address}${port === undefined ? "" : `:${port}`};transport=${transport}`;
}

export function toPhoneNumber({ id, phone_number }: NumberRecord): PhoneNumber {
  return { phone_number_id: id, phone_number };
}

/** A number of the account, whatever has it. */
export function toAccountNumber(record: NumberRecord) {
  const { status, connection_id, connection_name } = record;
  return {
    ...toPhoneNumber(record),
    ...(status == null ? {} : { status }),
    ...(connection_id ? { connection_id } : {}),
    ...(connection_name ? { connection_name } : {}),
  };
}

export function toProfile(record: ProfileRecord): ShownProfile {
  const limited = record.daily_spend_limit_enabled === true && record.daily_spend_limit != null;
  return {
    outbound_voice_profile_id: record.id,
    name: record.name,
    enabled: record.enabled ?? true,
    concurrent_call_limit: record.concurrent_call_limit ?? null,
    // A limit that is not enforced is none.
    daily_spend_limit: limited ? dollars(record.daily_spend_limit) : null,
    max_destination_rate: record.max_destination_rate == null ? null : Number(record.max_destination_rate),
    whitelisted_destinations: [...(record.whitelisted_destinations ?? [])].sort(),
    call_recording_type: record.call_recording?.call_recording_type ?? "none",
    ...(record.connections_count == null ? {} : { connections_count: record.connections_count }),
  };
}

/** Telnyx writes an amount with two decimals, or as it was sent. */
export function dollars(amount: unknown): string {
  return Number(amount).toFixed(2);
}

/** A profile as a connection's attributes have it. */
export function toKnown({ name, enabled, connections_count: _, outbound_voice_profile_id: __, ...limits }: ShownProfile): KnownProfile {
  return { profile_name: name, profile_enabled: enabled, ...limits };
}

/** A profile in the form of a trunk: several connections share it. */
export function profileAsTrunk(profile: ShownProfile): TrunkDetail {
  return {
    provider: "telnyx",
    trunk_id: profile.outbound_voice_profile_id,
    trunk_name: profile.name,
    auth_type: PROFILE,
    attributes: {
      ...toKnown(profile),
      ...(profile.connections_count === undefined ? {} : { connections_count: profile.connections_count }),
    },
  };
}

export const PROFILE = "outbound voice profile";
