import { isIP } from "node:net";
import {
  both,
  type Field,
  type Fields,
  flag,
  integer,
  listOf,
  matching,
  object,
  oneOf,
  orNull,
  positive,
  type Rule,
  text,
} from "./rules.ts";

const field = (rule: Rule, initial: unknown): Field => ({ rule, initial });
const required = (rule: Rule): Field => ({ rule });

const url = matching(/^(https?:\/\/\S+)?$/, "an URL");
const limit = field(orNull(integer(0, 1_000_000)), null);
/** A reference; whether it leads anywhere is looked up elsewhere. */
const id = field(orNull(text()), null);
const port = integer(1, 65_535);

const anchorsites = [
  ...["Latency", "Chicago, IL", "Ashburn, VA", "San Jose, CA", "Sydney, Australia", "Amsterdam, Netherlands", "London, UK"],
  ...["Toronto, Canada", "Vancouver, Canada", "Frankfurt, Germany"],
];

const anyConnection: Fields = {
  active: field(flag, true),
  anchorsite_override: field(oneOf(...anchorsites), "Latency"),
  connection_name: required(text(1)),
  default_on_hold_comfort_noise_enabled: field(flag, true),
  dtmf_type: field(oneOf("RFC 2833", "Inband", "SIP INFO"), "RFC 2833"),
  encode_contact_header_enabled: field(flag, false),
  encrypted_media: field(orNull(oneOf("SRTP")), null),
  onnet_t38_passthrough_enabled: field(flag, false),
  webhook_event_url: field(orNull(url), null),
  webhook_event_failover_url: field(orNull(url), ""),
  webhook_api_version: field(oneOf("1", "2"), "1"),
  webhook_timeout_secs: field(orNull(integer(0, 30)), null),
  rtcp_settings: field(object, { port: "rtp+1", capture_enabled: false, report_frequency_secs: 5 }),
  tags: field(listOf(text()), []),
};

const anyInbound: Fields = {
  ani_number_format: field(oneOf("+E.164", "E.164", "+E.164-national", "E.164-national"), "E.164-national"),
  dnis_number_format: field(oneOf("+e164", "e164", "national", "sip_username"), "e164"),
  codecs: field(listOf(oneOf("G722", "G711U", "G711A", "G729", "OPUS", "H.264")), ["G722", "G711U", "G711A", "G729", "OPUS", "H.264"]),
  channel_limit: limit,
  generate_ringback_tone: field(flag, false),
  isup_headers_enabled: field(flag, false),
  prack_enabled: field(flag, false),
  shaken_stir_enabled: field(flag, false),
  sip_compact_headers_enabled: field(flag, true),
  timeout_1xx_secs: field(integer(1, 120), 3),
  timeout_2xx_secs: field(integer(1, 600), 90),
};

const routedInbound = (receiving: string, row: "ip" | "fqdn"): Fields => ({
  ...anyInbound,
  default_routing_method: field(orNull(oneOf("sequential", "round-robin")), "sequential"),
  [`default_primary_${row}_id`]: id,
  [`default_secondary_${row}_id`]: id,
  [`default_tertiary_${row}_id`]: id,
  sip_region: field(oneOf("US", "Europe", "Australia"), "US"),
  sip_subdomain: field(orNull(matching(/^[a-z0-9-]*$/i, "a subdomain")), null),
  sip_subdomain_receive_settings: field(oneOf("only_my_connections", "from_anyone"), receiving),
});

const anyOutbound: Fields = {
  ani_override: field(orNull(matching(/^(\+?\d{1,15})?$/, "a number in E.164")), ""),
  ani_override_type: field(oneOf("always", "normal", "emergency"), "always"),
  call_parking_enabled: field(orNull(flag), false),
  channel_limit: limit,
  generate_ringback_tone: field(flag, false),
  instant_ringback_enabled: field(flag, true),
  localization: field(orNull(matching(/^[A-Z]{2}$/, "a country")), "US"),
  outbound_voice_profile_id: id,
  t38_reinvite_source: field(oneOf("telnyx", "customer", "disabled", "passthru", "caller-passthru", "callee-passthru"), "customer"),
};

const token = field(orNull(both(text(12, 48), matching(/^[A-Za-z0-9-]+$/, "letters, digits and -"))), null);
const techPrefix = field(orNull(matching(/^(\d{4})?$/, "exactly 4 digits")), "");

const userName = both(text(4, 32), matching(/^(?=.{0,4}[A-Za-z])[A-Za-z0-9]+$/, "letters and digits, one of the first five a letter"));
const password = text(8, 128);

interface Kind {
  fields: Fields;
  inbound: Fields;
  outbound: Fields;
}

/** The kinds of connections that are trunks, by the resource that makes them. */
export const kinds = {
  ip_connections: {
    // The only kind that may be without a name.
    fields: {
      ...anyConnection,
      connection_name: field(orNull(text()), null),
      transport_protocol: field(oneOf("UDP", "TCP", "TLS"), "UDP"),
    },
    inbound: routedInbound("only_my_connections", "ip"),
    outbound: {
      ...anyOutbound,
      ip_authentication_method: field(oneOf("tech-prefixp-charge-info", "token"), "tech-prefixp-charge-info"),
      ip_authentication_token: token,
      tech_prefix: techPrefix,
    },
  },
  fqdn_connections: {
    fields: {
      ...anyConnection,
      transport_protocol: field(oneOf("UDP", "TCP", "TLS"), "UDP"),
    },
    inbound: routedInbound("from_anyone", "fqdn"),
    outbound: {
      ...anyOutbound,
      encrypted_media: field(orNull(oneOf("SRTP")), null),
      ip_authentication_method: field(oneOf("ip-authentication", "credential-authentication"), "ip-authentication"),
      ip_authentication_token: token,
      tech_prefix: techPrefix,
      timeout_1xx_secs: field(integer(1, 120), 3),
      timeout_2xx_secs: field(integer(1, 600), 90),
    },
  },
  credential_connections: {
    fields: {
      ...anyConnection,
      user_name: required(userName),
      password: required(password),
      sip_uri_calling_preference: field(oneOf("disabled", "unrestricted", "internal"), "disabled"),
    },
    inbound: { ...anyInbound, simultaneous_ringing: field(oneOf("disabled", "enabled"), "disabled") },
    outbound: anyOutbound,
  },
} satisfies Record<string, Kind>;

/** The login of an FQDN connection has a resource of its own (SDK 7.24): the connection takes none. */
export const fqdnLoginFields: Fields = {
  fqdn_outbound_authentication: field(oneOf("ip-authentication", "credential-authentication"), "ip-authentication"),
  user_name: field(orNull(userName), null),
  password: field(orNull(password), null),
};

/** One host: there is no field for a mask. */
const host: Rule = (value) => {
  if (typeof value === "string" && isIP(value) !== 0) return undefined;
  return { code: "10015", detail: `Invalid ip_address: ${String(value)}, was provided.` };
};

export const ipFields: Fields = {
  ip_address: { ...required(host), always: true },
  connection_id: id,
  port: field(port, 5060),
};

export const fqdnFields: Fields = {
  fqdn: required(matching(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, "a host name")),
  dns_record_type: required(oneOf("a", "srv")),
  connection_id: required(text(1)),
  port: field(orNull(port), null),
};

const recording = { call_recording_type: "none", call_recording_channels: "single", call_recording_format: "wav" };

export const profileFields: Fields = {
  name: { ...required(text(3)), always: true },
  traffic_type: field(oneOf("conversational"), "conversational"),
  service_plan: field(oneOf("global"), "global"),
  usage_payment_method: field(oneOf("rate-deck"), "rate-deck"),
  enabled: field(flag, true),
  concurrent_call_limit: limit,
  daily_spend_limit: field(orNull(matching(/^\d+(\.\d+)?$/, "an amount in USD")), null),
  daily_spend_limit_enabled: field(flag, false),
  max_destination_rate: field(orNull(positive), null),
  whitelisted_destinations: field(listOf(matching(/^[A-Z]{2}$/, "an ISO 3166-1 alpha-2 code")), ["US", "CA"]),
  call_recording: field(object, { ...recording, call_recording_caller_phone_numbers: [] }),
  billing_group_id: id,
  tags: field(listOf(text()), []),
};

/** Fields that a PATCH of a number may change, beside its connection. */
export const numberFields: Fields = {
  tags: field(listOf(text()), []),
  customer_reference: field(orNull(text()), null),
  external_pin: field(orNull(text()), null),
  billing_group_id: id,
  hd_voice_enabled: field(flag, false),
};
